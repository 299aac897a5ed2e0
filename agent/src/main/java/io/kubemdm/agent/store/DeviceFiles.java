package io.kubemdm.agent.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The device's own files below a root, each reached by a {@link FolderWay} that nobody else can bend. */
public final class DeviceFiles {

    private static final long MAX_BYTES = 4L << 20;

    private static final Set<OpenOption> NEW =
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

    private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

    private final FolderWay way;

    /** Files below {@code root}, for the user this process runs as. */
    public DeviceFiles(Path root) {
        this.way = new FolderWay(root);
    }

    /** The name of the user this process runs as; what it writes belongs to them. */
    public String self() {
        return way.self();
    }

    /** Whether the root is the machine's own, so that its kernel and services are meant, too. */
    public boolean isWholeMachine() {
        return way.root().getParent() == null;
    }

    /**
     * What is at {@code path}, null for nothing.
     *
     * @throws UnsafePath when something but a regular file is there, or the way to it is not safe
     */
    public @Nullable FileImage read(String path) {
        List<String> parts = FolderWay.parts(path);
        try (SecureDirectoryStream<Path> folder = way.open(parts, false)) {
            return folder == null ? null : image(folder, parts.getLast(), path);
        } catch (IOException e) {
            throw StoreFailed.of("read " + path, e);
        }
    }

    /**
     * Puts the image there, atomically; missing directories are created 0755.
     *
     * @throws UnsafePath as for {@link #read}
     */
    public void write(String path, FileImage image) {
        List<String> parts = FolderWay.parts(path);
        try (SecureDirectoryStream<Path> folder = way.open(parts, true)) {
            if (folder == null) {
                throw new NoSuchFileException(path);
            }
            image(folder, parts.getLast(), path);
            Path temporary = Path.of("." + parts.getLast() + ".kubemdm");
            deleteIfThere(folder, temporary);
            try {
                fill(folder, temporary, image);
                folder.move(temporary, folder, Path.of(parts.getLast()));
            } catch (IOException | RuntimeException e) {
                deleteIfThere(folder, temporary);
                throw e;
            }
            force(parts);
        } catch (IOException e) {
            throw StoreFailed.of("write " + path, e);
        }
    }

    /** Removes a regular file; a missing one is no error. */
    public void remove(String path) {
        List<String> parts = FolderWay.parts(path);
        try (SecureDirectoryStream<Path> folder = way.open(parts, false)) {
            if (folder != null && image(folder, parts.getLast(), path) != null) {
                folder.deleteFile(Path.of(parts.getLast()));
                force(parts);
            }
        } catch (IOException e) {
            throw StoreFailed.of("remove " + path, e);
        }
    }

    /**
     * Paths of everything below a folder that is not a directory, depth first, links named and not followed; at most
     * {@code limit}.
     */
    public List<String> tree(String folder, int limit) {
        Path start = way.root().resolve(String.join("/", FolderWay.parts(folder)));
        if (!Files.isDirectory(start, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        try (Stream<Path> walk = Files.walk(start)) {
            return walk.filter(file -> !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS))
                    .map(file -> "/" + way.root().relativize(file))
                    .sorted()
                    .limit(limit)
                    .toList();
        } catch (IOException e) {
            throw StoreFailed.of("list " + folder, e);
        } catch (UncheckedIOException e) {
            throw StoreFailed.of("list " + folder, e.getCause());
        }
    }

    /** Removes whatever is at {@code path}, a link as the link it is; a missing one is no error. */
    public void erase(String path) {
        List<String> parts = FolderWay.parts(path);
        try (SecureDirectoryStream<Path> folder = way.open(parts, false)) {
            if (folder != null) {
                deleteIfThere(folder, Path.of(parts.getLast()));
                force(parts);
            }
        } catch (IOException e) {
            throw StoreFailed.of("erase " + path, e);
        }
    }

    /**
     * A program of the device's own, to be run: a regular file of the agent's user that nobody else may write, as is every
     * folder on the way.
     *
     * @return its path on the machine
     * @throws UnsafePath when it is not there, or is no such file
     */
    public String program(String path) {
        List<String> parts = FolderWay.parts(path);
        try (SecureDirectoryStream<Path> folder = way.open(parts, false)) {
            PosixFileAttributes found = folder == null ? null : FolderWay.attributes(folder, Path.of(parts.getLast()));
            if (found == null) {
                throw new UnsafePath(path + " is not there: install it first");
            }
            if (!found.isRegularFile()) {
                throw new UnsafePath(
                        path + " is " + (found.isSymbolicLink() ? "a symbolic link" : "not a regular file"));
            }
            way.requireOurs(path, found);
            if (!found.permissions().contains(PosixFilePermission.OWNER_EXECUTE)) {
                throw new UnsafePath(path + " is not executable: chmod 0755");
            }
            return way.root().resolve(String.join("/", parts)).toString();
        } catch (IOException e) {
            throw StoreFailed.of("look at " + path, e);
        }
    }

    private static @Nullable FileImage image(SecureDirectoryStream<Path> folder, String name, String path)
            throws IOException {
        PosixFileAttributes found = FolderWay.attributes(folder, Path.of(name));
        if (found == null) {
            return null;
        }
        if (!found.isRegularFile()) {
            throw new UnsafePath(path + " is " + (found.isSymbolicLink() ? "a symbolic link" : "not a regular file"));
        }
        if (found.size() > MAX_BYTES) {
            throw new UnsafePath(path + " is larger than " + MAX_BYTES + " bytes");
        }
        try (SeekableByteChannel channel = folder.newByteChannel(Path.of(name), READ)) {
            ByteBuffer content = ByteBuffer.allocate((int) channel.size());
            int count = 0;
            while (content.hasRemaining() && count >= 0) {
                count = channel.read(content);
            }
            byte[] bytes = new byte[content.position()];
            content.flip().get(bytes);
            return new FileImage(
                    bytes,
                    ModeBits.of(found.permissions()),
                    found.owner().getName(),
                    found.group().getName());
        }
    }

    private void fill(SecureDirectoryStream<Path> folder, Path name, FileImage image) throws IOException {
        try (SeekableByteChannel channel = folder.newByteChannel(
                name, NEW, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer rest = ByteBuffer.wrap(image.content());
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            if (channel instanceof FileChannel file) {
                file.force(true);
            }
        }
        PosixFileAttributeView view =
                folder.getFileAttributeView(name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        var users = way.root().getFileSystem().getUserPrincipalLookupService();
        if (!image.owner().isEmpty() && !image.owner().equals(way.self())) {
            view.setOwner(users.lookupPrincipalByName(image.owner()));
        }
        if (!image.group().isEmpty()) {
            view.setGroup(users.lookupPrincipalByGroupName(image.group()));
        }
        view.setPermissions(ModeBits.permissions(image.mode()));
    }

    private static void deleteIfThere(SecureDirectoryStream<Path> folder, Path name) throws IOException {
        try {
            folder.deleteFile(name);
        } catch (NoSuchFileException e) {
            return;
        }
    }

    private void force(List<String> parts) throws IOException {
        Path folder = way.root().resolve(String.join("/", parts)).getParent();
        if (folder != null) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
