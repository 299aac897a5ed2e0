package io.kubemdm.testbed.fleet;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** A {@link Scenario} as options of a command line. */
public final class ScenarioOptions {

    @Option(names = "--fact", paramLabel = "FACT:MEAN", description = "A numeric fact that every device measures.")
    private List<String> facts = new ArrayList<>();

    @Option(
            names = "--worse",
            paramLabel = "FACT:+PERCENT%@LINE@VERSION",
            description = "What a bundle in force does to a fact.")
    private List<String> worse = new ArrayList<>();

    @Option(
            names = "--fail",
            paramLabel = "PERCENT%@LINE@VERSION",
            description = "So many of the devices cannot apply this bundle.")
    private List<String> fail = new ArrayList<>();

    @Option(
            names = "--offline",
            paramLabel = "PERCENT%",
            defaultValue = "0%",
            description = "So many of the devices enrol and never connect.")
    private String offline = "0%";

    /** The scenario. @throws IllegalArgumentException that names the value and what is expected */
    public Scenario scenario() {
        return new Scenario(
                facts.stream().map(Scenario.Measured::parse).toList(),
                worse.stream().map(Scenario.Worse::parse).toList(),
                fail.stream().map(Scenario.Failing::parse).toList(),
                Scenario.percent(offline));
    }

    /** The same as arguments. */
    public List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        facts.forEach(each -> arguments.add("--fact=" + each));
        worse.forEach(each -> arguments.add("--worse=" + each));
        fail.forEach(each -> arguments.add("--fail=" + each));
        arguments.add("--offline=" + offline);
        return arguments;
    }
}
