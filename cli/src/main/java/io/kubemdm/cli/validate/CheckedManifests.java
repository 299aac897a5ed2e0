package io.kubemdm.cli.validate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kubemdm.cli.CliFailure;
import io.kubemdm.cli.ExitCode;
import io.kubemdm.cli.validate.Finding.Result;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;

/** Manifests as the API server would have them: checked as by {@code kubemdm validate}, defaults filled in. */
public final class CheckedManifests {

    private CheckedManifests() {}

    /**
     * Reads files; objects of other API groups are passed over.
     *
     * @throws CliFailure when one of them is invalid or cannot be read; it tells what {@code kubemdm validate} would
     */
    public static List<ObjectNode> read(List<String> files) {
        ManifestCheck check = new ManifestCheck();
        List<Finding> findings = new ArrayList<>();
        List<ObjectNode> objects = new ArrayList<>();
        for (String file : files) {
            findings.addAll(check.check(file, objects::add));
        }
        List<Finding> bad = findings.stream()
                .filter(each -> each.result() == Result.Invalid || each.result() == Result.NotChecked)
                .toList();
        if (!bad.isEmpty()) {
            StringWriter text = new StringWriter();
            ValidationReport.of(bad).tell(new PrintWriter(text));
            boolean invalid = bad.stream().anyMatch(each -> each.result() == Result.Invalid);
            throw new CliFailure(
                    invalid ? ExitCode.FAILED : ExitCode.USAGE, text.toString().strip());
        }
        return objects;
    }
}
