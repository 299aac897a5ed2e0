package io.kubemdm.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kubemdm completion}. */
@Command(
        name = "completion",
        description = "Print a script that completes this program's commands and options in your shell.",
        footer = {
            "",
            "Examples:",
            "  source <(kubemdm completion bash)",
            "  kubemdm completion zsh > ~/.kubemdm-completion && source ~/.kubemdm-completion"
        })
final class CompletionCommand implements Callable<Integer> {

    /** Shells there is a script for; zsh runs the one of bash through its own bashcompinit. */
    enum Shell {
        bash,
        zsh
    }

    @Parameters(paramLabel = "SHELL", description = "One of: ${COMPLETION-CANDIDATES}.")
    private Shell shell = Shell.bash;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (shell == Shell.zsh) {
            out.println("autoload -U +X compinit && compinit -u");
        }
        out.print(AutoComplete.bash("kubemdm", spec.root().commandLine()));
        out.flush();
        return 0;
    }
}
