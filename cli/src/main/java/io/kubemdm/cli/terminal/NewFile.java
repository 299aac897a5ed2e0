package io.kubemdm.cli.terminal;

import io.kubemdm.cli.CliFailure;
import io.kubemdm.cli.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** A file that a command makes: readable by its owner alone, there only when it is whole, and never in another's place. */
public final class NewFile {

    /** Fills it. */
    @FunctionalInterface
    public interface Content {
        Path write(Path draft) throws IOException;
    }

    private NewFile() {}

    /**
     * Makes it.
     *
     * @param option the option that names it, for messages
     * @return where it is
     * @throws CliFailure when there is one of that name
     */
    public static Path write(String option, Path file, Content content) throws IOException {
        Path target = file.toAbsolutePath().normalize();
        Path folder = target.getParent();
        if (Files.exists(target) || folder == null) {
            throw new CliFailure(ExitCode.CONFLICT, target + " exists already: choose another " + option);
        }
        if (!Files.isDirectory(folder)) {
            throw new CliFailure(ExitCode.NOT_FOUND, option + ": the folder " + folder + " does not exist");
        }
        Path draft = Files.createTempFile(
                folder,
                ".kubemdm-",
                ".part",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            return Files.move(content.write(draft), target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(draft);
        }
    }
}
