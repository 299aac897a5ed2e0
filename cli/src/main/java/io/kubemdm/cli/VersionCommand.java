package io.kubemdm.cli;

import io.kubemdm.cli.terminal.Output;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code kubemdm version}. */
@Command(name = "version", description = "Print the version of this program and of its Java runtime.")
final class VersionCommand implements Callable<Integer>, IVersionProvider {

    /** What runs. */
    record Version(String kubemdm, String java) {}

    @Mixin
    private Output output = new Output();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        Version version = version();
        output.print(
                spec.commandLine().getOut(),
                version,
                out -> out.println("kubemdm " + version.kubemdm() + " (Java " + version.java() + ")"));
        return 0;
    }

    @Override
    public String[] getVersion() {
        return new String[] {"kubemdm " + version().kubemdm()};
    }

    private static Version version() {
        String packaged = VersionCommand.class.getPackage().getImplementationVersion();
        return new Version(
                packaged == null ? "development" : packaged, Runtime.version().toString());
    }
}
