package io.kubemdm.cli;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.ConnectException;
import java.nio.file.FileSystemException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Turns whatever a command threw into one line on standard error and an exit code; the stack only with {@code KUBEMDM_DEBUG}. */
final class FailureReport implements IExecutionExceptionHandler {

    private record Told(ExitCode code, String message) {}

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
        Told told = tell(failure);
        PrintWriter err = command.getErr();
        err.println(command.getColorScheme().errorText(told.message()));
        if (System.getenv("KUBEMDM_DEBUG") != null) {
            failure.printStackTrace(err);
        }
        return told.code().number();
    }

    private static Told tell(Exception failure) {
        return switch (failure) {
            case CliFailure cli -> new Told(cli.code(), text(cli.getMessage()));
            case KubernetesClientException refused -> refused(refused);
            case FileSystemException file ->
                new Told(
                        ExitCode.FAILED,
                        file.getFile() + ": "
                                + (file.getReason() == null ? file.getClass().getSimpleName() : file.getReason()));
            case IOException io -> new Told(ExitCode.FAILED, text(io.getMessage()));
            default ->
                new Told(
                        ExitCode.FAILED,
                        "unexpected " + failure.getClass().getSimpleName() + ": " + text(failure.getMessage())
                                + " (KUBEMDM_DEBUG=1 shows where)");
        };
    }

    private static Told refused(KubernetesClientException e) {
        if (e.getStatus() == null && e.getCode() <= 0) {
            return new Told(
                    ExitCode.UNREACHABLE,
                    "the cluster does not answer: " + cause(e) + ". Check --context and KUBECONFIG.");
        }
        String message = e.getStatus() != null && e.getStatus().getMessage() != null
                ? e.getStatus().getMessage()
                : text(e.getMessage());
        return switch (e.getCode()) {
            case 404 ->
                new Told(
                        ExitCode.NOT_FOUND,
                        "the cluster does not have it: " + message
                                + ". Are the KubeMDM CRDs installed and is the namespace right?");
            case 409 -> new Told(ExitCode.CONFLICT, "the cluster refuses: " + message);
            case 401, 403 -> new Told(ExitCode.FORBIDDEN, "the cluster does not allow it: " + message);
            default -> new Told(ExitCode.FAILED, "the cluster refuses: " + message);
        };
    }

    private static String cause(Throwable failure) {
        String said = failure.getClass().getSimpleName();
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof ConnectException) {
                return "connection refused";
            }
            said = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        }
        return said;
    }

    private static String text(@Nullable String message) {
        return message == null ? "no reason given" : message;
    }
}
