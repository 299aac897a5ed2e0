package io.kubemdm.testbed.region;

import org.jspecify.annotations.Nullable;

/** The addresses that {@code make env} tells, by the name of the container port behind them. */
final class Addresses {

    /** Where agents connect: a comma list of URLs; the CLI reads it. */
    static final String GATEWAY = "KUBEMDM_GATEWAY_URL";

    /** Where devices enrol: a comma list of URLs; the CLI reads it. */
    static final String ENROLL = "KUBEMDM_ENROLL_URL";

    /** Where devices fetch access tokens: a comma list of URLs; the agent reads it. */
    static final String ACCESS = "KUBEMDM_ACCESS_URL";

    /** Where the audit log is read: a comma list of URLs; the CLI reads it. */
    static final String QUERY = "KUBEMDM_QUERY_URL";

    /** Where HR and directory systems knock, with {@code automation.enabled}. */
    static final String AUTOMATION = "KUBEMDM_AUTOMATION_URL";

    /** PEM file of the root by which the CLI knows the query API. */
    static final String QUERY_CA = "KUBEMDM_QUERY_CA";

    /** By which devices know the installation. */
    static final String PIN = "KUBEMDM_CA_PIN";

    /** Where the broker listens, for the tools that read it. */
    static final String KAFKA = "KAFKA_BOOTSTRAP_SERVERS";

    private Addresses() {}

    /** The variable of a port, or null when nobody outside uses it. */
    static @Nullable String variable(String portName) {
        return switch (portName) {
            case "channel" -> GATEWAY;
            case "enroll" -> ENROLL;
            case "access" -> ACCESS;
            case "query" -> QUERY;
            case "automation" -> AUTOMATION;
            default -> null;
        };
    }

    /** The address of a port. */
    static String of(String portName, int port) {
        return (portName.equals("channel") ? "wss" : "https") + "://localhost:" + port;
    }

    /** The first of a comma list. */
    static String first(String list) {
        int comma = list.indexOf(',');
        return comma < 0 ? list : list.substring(0, comma);
    }
}
