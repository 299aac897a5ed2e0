package io.kubemdm.cli.validate;

import io.kubemdm.cli.terminal.Output;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kubemdm validate}. */
@Command(
        name = "validate",
        description = {
            "Check manifests without a cluster: fields, rules between fields, and that a bundle's rules compile.",
            "",
            "Objects of other API groups are passed over. What only the cluster knows is checked by "
                    + "'kubectl apply --dry-run=server'."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:valid", "1:something is invalid", "2:something could not be checked"},
        footer = {"", "Examples:", "  kubemdm validate policy.yaml", "  kustomize build . | kubemdm validate - -o json"
        })
public final class ValidateCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "FILE",
            arity = "1..*",
            description = "YAML or JSON of at most 1 MiB and 256 documents; - is standard input.")
    private List<String> files = List.of();

    @Mixin
    private Output output = new Output();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        ManifestCheck check = new ManifestCheck();
        ValidationReport report = ValidationReport.of(
                files.stream().flatMap(file -> check.check(file).stream()).toList());
        output.print(spec.commandLine().getOut(), report, report::tell);
        return report.exitCode();
    }
}
