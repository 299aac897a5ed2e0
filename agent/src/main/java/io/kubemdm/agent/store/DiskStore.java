package io.kubemdm.agent.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Store} in a folder of its own, mode 0700, files 0600. A write goes to a temporary file, is forced to disk,
 * renamed over the old one, and the folder is forced, too (the order ext4 and XFS ask for).
 */
public final class DiskStore implements Store {

    /** Opens the temporary file of a write; the seam where tests let a disk fill up. */
    interface Opener {
        FileChannel open(Path file) throws IOException;
    }

    private static final Set<PosixFilePermission> PRIVATE_FOLDER = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> PRIVATE_FILE = PosixFilePermissions.fromString("rw-------");
    private static final String TEMPORARY = ".writing";
    private static final long MAX_BYTES = 8L << 20;

    private final Path folder;
    private final Opener opener;

    /** A store in {@code folder}, which is created at the first write. Left-overs of an earlier kill are removed. */
    public DiskStore(Path folder) {
        this(folder, DiskStore::openNew);
    }

    DiskStore(Path folder, Opener opener) {
        this.folder = folder;
        this.opener = opener;
        sweep(folder);
    }

    @Override
    public byte @Nullable [] read(String name) {
        Path file = file(name);
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new IOException(file + " is larger than " + MAX_BYTES + " bytes");
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw StoreFailed.of("read " + file, e);
        }
    }

    @Override
    public void write(String name, byte[] content) {
        Path file = file(name);
        Path parent = parentOf(file);
        Path temporary = parent.resolve(file.getFileName() + TEMPORARY);
        try {
            createFolders(parent);
            Files.deleteIfExists(temporary);
            try (FileChannel channel = opener.open(temporary)) {
                ByteBuffer rest = ByteBuffer.wrap(content);
                while (rest.hasRemaining()) {
                    channel.write(rest);
                }
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            force(parent);
        } catch (IOException e) {
            discard(temporary);
            throw StoreFailed.of("write " + file, e);
        }
    }

    @Override
    public void delete(String name) {
        Path file = file(name);
        try {
            if (Files.deleteIfExists(file)) {
                force(parentOf(file));
            }
        } catch (IOException e) {
            throw StoreFailed.of("delete " + file, e);
        }
    }

    @Override
    public List<String> list(String name) {
        Path parent = name.isEmpty() ? folder : file(name);
        List<String> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(parent)) {
            for (Path file : files) {
                String last = String.valueOf(file.getFileName());
                if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && !last.endsWith(TEMPORARY)) {
                    found.add(name.isEmpty() ? last : name + "/" + last);
                }
            }
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw StoreFailed.of("list " + parent, e);
        }
        found.sort(null);
        return found;
    }

    private Path file(String name) {
        Path file = folder.resolve(name).normalize();
        if (!file.startsWith(folder) || file.equals(folder)) {
            throw new IllegalArgumentException("'" + name + "' is not below the store's folder");
        }
        return file;
    }

    private static Path parentOf(Path file) {
        Path parent = file.getParent();
        if (parent == null) {
            throw new IllegalArgumentException(file + " has no folder");
        }
        return parent;
    }

    private static void createFolders(Path parent) throws IOException {
        if (!Files.isDirectory(parent)) {
            Files.createDirectories(parent, PosixFilePermissions.asFileAttribute(PRIVATE_FOLDER));
        }
    }

    private static FileChannel openNew(Path file) throws IOException {
        return FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PRIVATE_FILE));
    }

    private static void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void discard(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            // The first error is the one to tell; the sweep at the next start removes the rest.
            temporary.toFile().deleteOnExit();
        }
    }

    private static void sweep(Path parent) {
        if (!Files.isDirectory(parent, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(parent)) {
            for (Path file : files) {
                if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
                    sweep(file);
                } else if (String.valueOf(file.getFileName()).endsWith(TEMPORARY)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            throw StoreFailed.of("read " + parent, e);
        }
    }
}
