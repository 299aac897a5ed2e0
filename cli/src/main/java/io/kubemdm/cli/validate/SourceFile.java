package io.kubemdm.cli.validate;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A file of manifests as it is named on the command line; {@code -} is standard input. */
final class SourceFile {

    /** The largest file, in bytes. */
    static final int MAX_BYTES = 1 << 20;

    private SourceFile() {}

    /**
     * Its text.
     *
     * @throws IOException when it cannot be read or is larger than {@value #MAX_BYTES} bytes
     * @throws UnreadableYaml when it is not UTF-8
     */
    static String read(String name) throws IOException, UnreadableYaml {
        byte[] bytes = bytes(name);
        if (bytes.length > MAX_BYTES) {
            throw new IOException("is larger than " + MAX_BYTES + " bytes: split it into several files");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new UnreadableYaml(0, "is not UTF-8: save it as UTF-8");
        }
    }

    private static byte[] bytes(String name) throws IOException {
        if (name.equals("-")) {
            return System.in.readNBytes(MAX_BYTES + 1);
        }
        Path path = Path.of(name);
        if (Files.isDirectory(path)) {
            throw new IOException("is a folder: name its files");
        }
        try (InputStream in = Files.newInputStream(path)) {
            return in.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            throw new IOException("does not exist", e);
        }
    }
}
