package io.kubemdm.cli.validate;

import io.kubemdm.cli.ExitCode;
import io.kubemdm.cli.terminal.Table;
import io.kubemdm.cli.terminal.Wrapped;
import io.kubemdm.cli.validate.Finding.Result;
import io.kubemdm.rules.RuleSet;
import java.io.PrintWriter;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What came of all files.
 *
 * @param valid whether nothing is invalid and nothing is left unchecked
 */
record ValidationReport(boolean valid, List<Finding> findings) {

    private static final String INDENT = "    ";
    private static final int ROOM = Table.WIDTH - INDENT.length();

    /** As much as fits a line, broken at a blank where there is one. */
    private static final Pattern LINE = Pattern.compile("(.{1,%1$d})(?:\\s+|$)|(.{%1$d})".formatted(ROOM));

    static ValidationReport of(List<Finding> findings) {
        return new ValidationReport(
                findings.stream().allMatch(each -> each.result() == Result.Valid || each.result() == Result.PassedOver),
                findings);
    }

    /** 0 valid, 1 something is invalid, 2 something could not be checked. */
    int exitCode() {
        if (count(Result.Invalid) > 0) {
            return ExitCode.FAILED.number();
        }
        return count(Result.NotChecked) > 0 ? ExitCode.USAGE.number() : ExitCode.OK.number();
    }

    private long count(Result result) {
        return findings.stream().filter(each -> each.result() == result).count();
    }

    /** For people, at most {@value Table#WIDTH} columns but for long names of files. */
    void tell(PrintWriter out) {
        for (Finding finding : findings) {
            out.println(Wrapped.printable(subject(finding) + ": " + verdict(finding)));
            for (Problem problem : finding.problems()) {
                String place = (problem.line() > 0 ? "line " + problem.line() + " " : "") + problem.field();
                if (!place.isBlank()) {
                    out.println("  " + Wrapped.printable(place.strip()));
                }
                LINE.matcher(Wrapped.printable(problem.message()))
                        .results()
                        .forEach(line -> out.println(INDENT + line.group().strip()));
            }
        }
        out.println(Stream.of(Result.values())
                .filter(result -> count(result) > 0)
                .map(result -> count(result) + " " + words(result))
                .collect(Collectors.joining(", ")));
    }

    private static String subject(Finding finding) {
        String file = finding.file().equals("-") ? "standard input" : finding.file();
        if (finding.document() == 0) {
            return file;
        }
        return file + " document " + finding.document() + " "
                + (finding.kind() == null ? "of no kind" : finding.kind())
                + (finding.name() == null ? "" : " " + finding.name());
    }

    private static String verdict(Finding finding) {
        return switch (finding.result()) {
            case PassedOver -> "passed over, not of kubemdm.io";
            case Valid ->
                finding.cost() == null || finding.cost() == 0
                        ? "valid"
                        : "valid, rules cost " + finding.cost() + " of " + RuleSet.MAX_COST;
            case Invalid, NotChecked -> words(finding.result());
        };
    }

    private static String words(Result result) {
        return switch (result) {
            case Valid -> "valid";
            case Invalid -> "invalid";
            case PassedOver -> "passed over";
            case NotChecked -> "not checked";
        };
    }
}
