package io.kubemdm.agent;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/** One process per root changes its state; the kernel lets go when the process dies, however it does. */
final class RunLock {

    private final FileChannel channel;

    private RunLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Works while holding it.
     *
     * @throws AgentFailed with {@link ExitCode#CONFLICT} when another process has it
     */
    static <T> T holding(Path folder, Work<T> work) throws InterruptedException {
        RunLock lock = take(folder);
        try {
            return work.run();
        } finally {
            lock.release();
        }
    }

    /** What is done meanwhile. */
    interface Work<T> {
        T run() throws InterruptedException;
    }

    private static RunLock take(Path folder) {
        Path file = folder.resolve("lock");
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (tried(channel) == null) {
                channel.close();
                throw new AgentFailed(
                        ExitCode.CONFLICT,
                        "another kubemdm-agent works on " + folder + ": stop it first, or give another --root");
            }
            return new RunLock(channel);
        } catch (IOException e) {
            throw new AgentFailed(
                    ExitCode.STORAGE, "cannot use " + folder + " (" + e + "): run as root, or give a --root you own");
        }
    }

    private static @Nullable FileLock tried(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private void release() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new AgentFailed(ExitCode.STORAGE, "cannot release the lock: " + e.getMessage());
        }
    }
}
