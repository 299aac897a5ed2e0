package io.kubemdm.agent.store;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.Locale;

/** The disk did not do what it should; nothing half-written is left behind. */
public final class StoreFailed extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What is wrong with the disk, as shown in facts. */
    public enum Kind {
        DiskFull,
        Denied,
        ReadOnly,
        Broken
    }

    private final Kind kind;

    private StoreFailed(Kind kind, String message, IOException cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** Sorts an I/O error. */
    public static StoreFailed of(String what, IOException cause) {
        String text = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        Kind kind;
        String remedy;
        if (text.contains("no space") || text.contains("quota")) {
            kind = Kind.DiskFull;
            remedy = "free some space";
        } else if (text.contains("read-only")) {
            kind = Kind.ReadOnly;
            remedy = "mount the file system writable";
        } else if (cause instanceof AccessDeniedException || text.contains("permission")) {
            kind = Kind.Denied;
            remedy = "run as the user who owns it";
        } else {
            kind = Kind.Broken;
            remedy = "check the file system";
        }
        return new StoreFailed(kind, "cannot " + what + " (" + cause + "): " + remedy, cause);
    }

    /** What is wrong. */
    public Kind kind() {
        return kind;
    }
}
