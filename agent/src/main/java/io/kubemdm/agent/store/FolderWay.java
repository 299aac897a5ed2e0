package io.kubemdm.agent.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way from a root to a file: every directory on it is opened by descriptor without following links (openat, O_NOFOLLOW),
 * must belong to the agent's user and be writable by nobody else; a link is refused, not followed.
 */
final class FolderWay {

    private final Path root;
    private final String self;

    /** The way to what lies below {@code root}, for the user this process runs as. */
    FolderWay(Path root) {
        this.root = root.toAbsolutePath().normalize();
        this.self = processOwner();
    }

    Path root() {
        return root;
    }

    String self() {
        return self;
    }

    /**
     * The elements of an absolute path.
     *
     * @throws UnsafePath when it is none, or leads up
     */
    static List<String> parts(String path) {
        List<String> parts = new ArrayList<>();
        if (!path.startsWith("/") || path.indexOf('\0') >= 0) {
            throw new UnsafePath("'" + path + "' is not an absolute path");
        }
        for (String part : path.substring(1).split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                throw new UnsafePath("'" + path + "' has an empty, '.' or '..' element");
            }
            parts.add(part);
        }
        return parts;
    }

    /**
     * The descriptor of the last folder on the way, null when one of them is not there; the caller closes it.
     *
     * @param create whether missing ones are made
     * @throws UnsafePath when one is a link, another user's, or writable by others
     */
    @SuppressWarnings("StreamResourceLeak")
    @Nullable SecureDirectoryStream<Path> open(List<String> parts, boolean create) throws IOException {
        SecureDirectoryStream<Path> folder = secure(Files.newDirectoryStream(root), root.toString());
        Path at = root;
        try {
            for (String part : parts.subList(0, parts.size() - 1)) {
                at = at.resolve(part);
                if (create && !Files.exists(at, LinkOption.NOFOLLOW_LINKS)) {
                    // The parent is ours and nobody else may write to it, so the name cannot be swapped under us.
                    Files.createDirectory(
                            at, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
                }
                SecureDirectoryStream<Path> next = descend(folder, part, at);
                folder.close();
                if (next == null) {
                    return null;
                }
                folder = next;
            }
            return folder;
        } catch (IOException | RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    private @Nullable SecureDirectoryStream<Path> descend(SecureDirectoryStream<Path> folder, String part, Path at)
            throws IOException {
        PosixFileAttributes found = attributes(folder, Path.of(part));
        if (found == null) {
            return null;
        }
        if (!found.isDirectory()) {
            throw new UnsafePath(at + " is " + (found.isSymbolicLink() ? "a symbolic link" : "not a directory"));
        }
        requireOurs(at.toString(), found);
        return secure(folder.newDirectoryStream(Path.of(part), LinkOption.NOFOLLOW_LINKS), at.toString());
    }

    /**
     * That nobody but this process's user decides what it is.
     *
     * @throws UnsafePath otherwise
     */
    void requireOurs(String what, PosixFileAttributes found) {
        if (!found.owner().getName().equals(self)) {
            throw new UnsafePath(what + " belongs to " + found.owner().getName() + ", not to " + self);
        }
        if (found.permissions().contains(PosixFilePermission.GROUP_WRITE)
                || found.permissions().contains(PosixFilePermission.OTHERS_WRITE)) {
            throw new UnsafePath(what + " is writable by others");
        }
    }

    /** Of what has this name in the folder, null for nothing; of a link the link's own. */
    static @Nullable PosixFileAttributes attributes(SecureDirectoryStream<Path> folder, Path name) throws IOException {
        try {
            return folder.getFileAttributeView(name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .readAttributes();
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream, String what) throws IOException {
        if (stream instanceof SecureDirectoryStream<Path> secure) {
            return secure;
        }
        stream.close();
        throw new UnsafePath(what + " is on a file system without openat(2): the agent needs one that has it");
    }

    private static String processOwner() {
        try {
            return Files.getOwner(Path.of("/proc/self")).getName();
        } catch (IOException e) {
            return System.getProperty("user.name", "root");
        }
    }
}
