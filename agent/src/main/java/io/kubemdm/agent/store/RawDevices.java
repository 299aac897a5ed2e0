package io.kubemdm.agent.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * The bytes of block devices and image files below a root. Links are followed, because device nodes have names that are
 * links, but never out of the root.
 */
public final class RawDevices {

    private static final int CHUNK = 1 << 20;

    private final Path root;

    /** Devices below {@code root}. */
    public RawDevices(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    /**
     * Where a device really is.
     *
     * @throws UnsafePath when it is outside the root, or neither a device nor a regular file
     * @throws StoreFailed when there is none
     */
    public String locate(String device) {
        return real(device).toString();
    }

    /** Overwrites the first bytes with zeros, in place and forced to disk; the device must be as long. */
    public void zero(String device, long bytes) {
        Path file = real(device);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            if (Files.isRegularFile(file) && channel.size() < bytes) {
                throw new IOException("shorter than its own header");
            }
            ByteBuffer zeros = ByteBuffer.allocate((int) Math.min(CHUNK, bytes));
            for (long at = 0; at < bytes; ) {
                zeros.clear().limit((int) Math.min(zeros.capacity(), bytes - at));
                at += channel.write(zeros, at);
            }
            channel.force(true);
        } catch (IOException e) {
            throw StoreFailed.of("overwrite " + device, e);
        }
    }

    /** Whether the first bytes are zeros. */
    public boolean isZero(String device, long bytes) {
        try (FileChannel channel = FileChannel.open(real(device), StandardOpenOption.READ)) {
            ByteBuffer found = ByteBuffer.allocate((int) Math.min(CHUNK, bytes));
            for (long at = 0; at < bytes; ) {
                found.clear().limit((int) Math.min(found.capacity(), bytes - at));
                int count = channel.read(found, at);
                if (count < 0) {
                    return false;
                }
                found.flip();
                while (found.hasRemaining()) {
                    if (found.get() != 0) {
                        return false;
                    }
                }
                at += count;
            }
            return true;
        } catch (IOException e) {
            throw StoreFailed.of("read " + device, e);
        }
    }

    /** Whether the first bytes are these. */
    public boolean startsWith(String device, byte[] magic) {
        try (FileChannel channel = FileChannel.open(real(device), StandardOpenOption.READ)) {
            ByteBuffer found = ByteBuffer.allocate(magic.length);
            int count = 0;
            while (found.hasRemaining() && count >= 0) {
                count = channel.read(found);
            }
            return Arrays.equals(found.array(), magic);
        } catch (IOException e) {
            throw StoreFailed.of("read " + device, e);
        }
    }

    private Path real(String device) {
        if (!device.startsWith("/")) {
            throw new UnsafePath("'" + device + "' is not an absolute path");
        }
        try {
            Path file = root.resolve(device.substring(1)).toRealPath();
            if (!file.startsWith(root.toRealPath())) {
                throw new UnsafePath(device + " leads out of " + root);
            }
            if (Files.isDirectory(file)) {
                throw new UnsafePath(device + " is a directory, not a device");
            }
            return file;
        } catch (IOException e) {
            throw StoreFailed.of("find " + device, e);
        }
    }
}
