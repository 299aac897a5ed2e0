package io.kubemdm.cli.pki;

import io.kubemdm.cli.CliFailure;
import io.kubemdm.cli.ExitCode;
import io.kubemdm.protocol.trust.Pem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * An installation's keys on disk: one folder per Secret, named as the Secret without its {@code kubemdm-}, and
 * {@code root}, whose key never goes to a cluster. Folders are 0700, files 0600.
 */
public final class PkiFolder {

    static final String ROOT = "root";
    static final String ISSUING = "issuing-ca";
    static final String ORDERS = "orders-signing";
    static final String LEDGER = "ledger-signing";
    static final String CHECKPOINTS = "checkpoints-signing";
    static final String ACCESS = "access-signing";
    static final String ACCESS_NEXT = "access-signing-next";
    static final String GATEWAY = "gateway-tls";
    static final String ENROLL = "enroll-tls";
    static final String QUERY = "query-tls";

    /** What verifies signatures offline, beside the folders. */
    static final String TRUST = "trust.pem";

    static final String CERTIFICATE = "tls.crt";
    static final String KEY = "tls.key";
    static final String CA = "ca.crt";

    private static final int MAX_FILE_BYTES = 1 << 16;

    private final Path folder;

    /** The keys in {@code folder}, which need not exist yet. */
    public PkiFolder(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    /** The folder's absolute path. */
    public Path path() {
        return folder;
    }

    /**
     * Writes a new installation's keys, all or none.
     *
     * @throws CliFailure {@link ExitCode#CONFLICT} when the folder already holds anything
     */
    public void create(Pki pki) throws IOException {
        if (Files.exists(folder) && !empty(folder)) {
            throw new CliFailure(
                    ExitCode.CONFLICT,
                    folder + " is not empty: keys are never overwritten. Choose another --out, or use"
                            + " 'pki renew-servers' for new server certificates.");
        }
        Path parent = folder.getParent();
        if (parent == null) {
            throw new CliFailure(ExitCode.USAGE, "--out must be a folder below another one");
        }
        Files.createDirectories(parent);
        Path draft = Files.createTempDirectory(parent, ".pki-", permissions("rwx------"));
        try {
            put(draft, ROOT, pki.root(), pki.root());
            put(draft, ISSUING, pki.issuing(), pki.root());
            put(draft, ORDERS, pki.orders(), pki.root());
            put(draft, LEDGER, pki.ledger(), pki.root());
            put(draft, CHECKPOINTS, pki.checkpoints(), pki.root());
            put(draft, ACCESS, pki.access(), pki.root());
            put(draft, ACCESS_NEXT, pki.accessNext(), pki.root());
            put(draft, GATEWAY, pki.gateway(), pki.root());
            put(draft, ENROLL, pki.enroll(), pki.root());
            put(draft, QUERY, pki.query(), pki.root());
            write(draft, TRUST, pki.trustPem());
            Files.move(draft, folder, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            delete(draft);
        }
    }

    /** Replaces the three server certificates and their keys. */
    public void replaceServers(Pki pki) throws IOException {
        put(folder, GATEWAY, pki.gateway(), pki.root());
        put(folder, ENROLL, pki.enroll(), pki.root());
        put(folder, QUERY, pki.query(), pki.root());
        write(folder, TRUST, pki.trustPem());
    }

    /** Replaces both keys of access tokens; the one that stays is written twice rather than lost. */
    public void replaceAccess(Pki pki) throws IOException {
        put(folder, ACCESS, pki.access(), pki.root());
        put(folder, ACCESS_NEXT, pki.accessNext(), pki.root());
    }

    /**
     * Reads all of it.
     *
     * @param query makes the query server that folders of older versions lack, from the root
     * @param access makes the keys of access tokens that folders of older versions lack, from the root
     * @throws CliFailure {@link ExitCode#NOT_FOUND} when a file is missing
     */
    public Pki read(UnaryOperator<Credential> query, UnaryOperator<Credential> access) throws IOException {
        Credential root = credential(ROOT, CERTIFICATE, KEY);
        return new Pki(
                root,
                credential(ISSUING, CERTIFICATE, KEY),
                credential(ORDERS, CERTIFICATE, KEY),
                credential(LEDGER, CERTIFICATE, KEY),
                credential(CHECKPOINTS, CERTIFICATE, KEY),
                known(ACCESS, root, access),
                known(ACCESS_NEXT, root, access),
                credential(GATEWAY, CERTIFICATE, KEY),
                credential(ENROLL, CERTIFICATE, KEY),
                known(QUERY, root, query));
    }

    private Credential known(String name, Credential root, UnaryOperator<Credential> otherwise) throws IOException {
        return Files.exists(folder.resolve(name)) ? credential(name, CERTIFICATE, KEY) : otherwise.apply(root);
    }

    private Credential credential(String name, String certificate, String key) throws IOException {
        Path in = folder.resolve(name);
        return new Credential(
                Pem.certificates(text(in.resolve(certificate))).getFirst(), Pem.privateKey(text(in.resolve(key))));
    }

    private static String text(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new CliFailure(
                    ExitCode.NOT_FOUND, file + " does not exist: --dir must be a folder that 'pki init' made, whole");
        }
        if (Files.size(file) > MAX_FILE_BYTES) {
            throw new CliFailure(ExitCode.FAILED, file + " is larger than " + MAX_FILE_BYTES + " bytes");
        }
        return Files.readString(file, StandardCharsets.US_ASCII);
    }

    private static void put(Path in, String name, Credential credential, Credential root) throws IOException {
        Path target = in.resolve(name);
        write(target, KEY, credential.keyPem());
        write(target, CERTIFICATE, credential.certificatePem());
        write(target, CA, root.certificatePem());
    }

    private static void write(Path in, String name, String content) throws IOException {
        Files.createDirectories(in, permissions("rwx------"));
        Path draft = in.resolve("." + name + ".new");
        Files.deleteIfExists(draft);
        Files.createFile(draft, permissions("rw-------"));
        Files.writeString(draft, content, StandardOpenOption.WRITE);
        try {
            Files.move(draft, in.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException("the file system of " + in + " cannot replace a file at once", e);
        }
    }

    private static FileAttribute<?> permissions(String text) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text));
    }

    private static boolean empty(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return false;
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.findAny().isEmpty();
        }
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        List<Path> found;
        try (Stream<Path> walk = Files.walk(directory)) {
            found = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : found) {
            Files.delete(path);
        }
    }
}
