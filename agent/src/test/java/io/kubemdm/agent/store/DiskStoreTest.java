package io.kubemdm.agent.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.spi.AbstractInterruptibleChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskStoreTest {

    @TempDir
    private Path folder;

    @Test
    void what_is_written_is_read_by_the_next_start() {
        new DiskStore(folder.resolve("state")).write("a/b.json", bytes("one"));

        DiskStore next = new DiskStore(folder.resolve("state"));
        assertThat(next.read("a/b.json")).isEqualTo(bytes("one"));
        assertThat(next.list("a")).containsExactly("a/b.json");
        assertThat(next.read("a/c.json")).isNull();
        assertThat(next.list("nothing")).isEmpty();
    }

    @Test
    void files_are_for_the_owner_only() throws IOException {
        DiskStore store = new DiskStore(folder.resolve("state"));
        store.write("keys/k.pem", bytes("secret"));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("state/keys/k.pem"))))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("state/keys"))))
                .isEqualTo("rwx------");
    }

    @Test
    void a_disk_that_fills_up_in_the_middle_leaves_the_old_content_and_nothing_else() throws IOException {
        new DiskStore(folder).write("doc", bytes("old"));
        DiskStore store = new DiskStore(folder, file -> new FullAfter(3, file));

        assertThatThrownBy(() -> store.write("doc", bytes("new content")))
                .isInstanceOfSatisfying(
                        StoreFailed.class, e -> assertThat(e.kind()).isEqualTo(StoreFailed.Kind.DiskFull))
                .hasMessageContaining("free some space");

        assertThat(store.read("doc")).isEqualTo(bytes("old"));
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(folder.resolve("doc"));
        }
    }

    @Test
    void what_a_kill_left_half_written_is_swept_and_never_listed() throws IOException {
        Files.createDirectories(folder.resolve("outbox"));
        Files.writeString(folder.resolve("outbox/1.json.writing"), "half");

        DiskStore store = new DiskStore(folder);

        assertThat(store.list("outbox")).isEmpty();
        assertThat(folder.resolve("outbox/1.json.writing")).doesNotExist();
    }

    @Test
    void a_name_that_leads_out_is_refused() {
        DiskStore store = new DiskStore(folder);

        assertThatThrownBy(() -> store.write("../x", bytes("x"))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_real_full_disk_loses_nothing_and_works_again_once_there_is_room() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        Assumptions.assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=64k", "none", disk.toString()), "may not mount a tmpfs here");
        try {
            DiskStore store = new DiskStore(disk.resolve("state"));
            store.write("doc", bytes("old"));
            Files.write(disk.resolve("filler"), new byte[40 << 10]);

            assertThatThrownBy(() -> store.write("doc", new byte[40 << 10]))
                    .isInstanceOfSatisfying(
                            StoreFailed.class, e -> assertThat(e.kind()).isEqualTo(StoreFailed.Kind.DiskFull));
            assertThat(store.read("doc")).isEqualTo(bytes("old"));
            assertThat(store.list("")).containsExactly("doc");

            Files.delete(disk.resolve("filler"));
            store.write("doc", new byte[40 << 10]);
            assertThat(store.read("doc")).hasSize(40 << 10);
        } finally {
            run("umount", disk.toString());
        }
    }

    private static boolean run(String... command) throws Exception {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    /** A file on a disk with room for so many bytes. It does nothing but write. */
    private static final class FullAfter extends FileChannel {
        private final FileChannel file;
        private int room;

        FullAfter(int room, Path path) throws IOException {
            this.file = FileChannel.open(path, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
            this.room = room;
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            if (room == 0) {
                throw new IOException("No space left on device");
            }
            int some = Math.min(room, source.remaining());
            room -= some;
            ByteBuffer part = source.slice(source.position(), some);
            source.position(source.position() + some);
            return file.write(part);
        }

        @Override
        public void force(boolean metaData) throws IOException {
            file.force(metaData);
        }

        @Override
        protected void implCloseChannel() throws IOException {
            ((AbstractInterruptibleChannel) file).close();
        }

        @Override
        public int read(ByteBuffer target) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long read(ByteBuffer[] targets, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long write(ByteBuffer[] sources, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long position() {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileChannel position(long newPosition) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long size() {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileChannel truncate(long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long transferTo(long position, long count, java.nio.channels.WritableByteChannel target) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long transferFrom(java.nio.channels.ReadableByteChannel source, long position, long count) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(ByteBuffer target, long position) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int write(ByteBuffer source, long position) {
            throw new UnsupportedOperationException();
        }

        @Override
        public java.nio.MappedByteBuffer map(MapMode mode, long position, long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public java.nio.channels.FileLock lock(long position, long size, boolean shared) {
            throw new UnsupportedOperationException();
        }

        @Override
        public java.nio.channels.FileLock tryLock(long position, long size, boolean shared) {
            throw new UnsupportedOperationException();
        }
    }
}
