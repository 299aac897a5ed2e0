package io.kubemdm.testbed.broker;

import io.kubemdm.testbed.Checkout;
import io.kubemdm.testbed.process.ChildSpec;
import io.kubemdm.testbed.process.ChildSpec.Lifeline;
import io.kubemdm.testbed.process.ClassArchive;
import io.kubemdm.testbed.process.Ports;
import io.kubemdm.testbed.process.SecretFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

/**
 * The files and the process of one broker, without running it: the same folder gives the same ports, passwords and
 * data again.
 */
public final class BrokerLayout {

    /** The principal that may do everything; the broker's own, and that of those who lay topics. */
    public static final String ADMIN = "admin";

    private static final String HOST = "127.0.0.1";

    private final Path dir;
    private final Path classpath;
    private final Properties settings;

    private BrokerLayout(Path dir, Path classpath, Properties settings) {
        this.dir = dir;
        this.classpath = classpath;
        this.settings = settings;
    }

    /**
     * Reads the layout of a folder, or makes it.
     *
     * @param principals who gets a password; those of an earlier start in this folder keep theirs
     */
    public static BrokerLayout in(Path dir, Checkout checkout, Set<String> principals) {
        Path absolute = dir.toAbsolutePath().normalize();
        Path file = absolute.resolve("broker.properties");
        Properties settings = new Properties();
        try {
            Files.createDirectories(absolute);
            if (Files.exists(file)) {
                try (var in = Files.newInputStream(file)) {
                    settings.load(in);
                }
            } else {
                List<Integer> ports = Ports.free(2);
                settings.setProperty("port.client", ports.get(0).toString());
                settings.setProperty("port.controller", ports.get(1).toString());
                settings.setProperty(
                        "cluster", org.apache.kafka.common.Uuid.randomUuid().toString());
            }
            Set<String> all = new TreeSet<>(principals);
            all.add(ADMIN);
            all.forEach(name -> settings.putIfAbsent("password." + name, SecretFile.randomHex()));
            try (var out = SecretFile.create(file)) {
                settings.store(out, null);
            }
            BrokerLayout layout = new BrokerLayout(absolute, checkout.path("testbed/kafka/target/classpath"), settings);
            layout.writeConfiguration();
            return layout;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot lay a broker in " + absolute, e);
        }
    }

    /** Where clients connect: one host and port. */
    public String bootstrapServers() {
        return HOST + ":" + settings.getProperty("port.client");
    }

    /** Its ports: the clients' and the controller's. */
    public List<Integer> ports() {
        return List.of(
                Integer.parseInt(settings.getProperty("port.client")),
                Integer.parseInt(settings.getProperty("port.controller")));
    }

    /** Who has a password, the administrator included. */
    public Set<String> principals() {
        Set<String> names = new TreeSet<>();
        for (String key : settings.stringPropertyNames()) {
            if (key.startsWith("password.")) {
                names.add(key.substring("password.".length()));
            }
        }
        return names;
    }

    /**
     * A principal's password.
     *
     * @throws IllegalArgumentException when it has none
     */
    public String password(String principal) {
        String password = settings.getProperty("password." + principal);
        if (password == null) {
            throw new IllegalArgumentException("no principal " + principal + ", only " + principals());
        }
        return password;
    }

    /** The login line of a principal, as Strimzi writes it into a KafkaUser's Secret. */
    public String jaas(String principal) {
        return "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"" + principal
                + "\" password=\"" + password(principal) + "\";";
    }

    /** Whether its disk has been laid. */
    public boolean isFormatted() {
        return Files.exists(dir.resolve("data/meta.properties"));
    }

    /** Lays the disk, with every principal's password; runs once and ends. */
    public ChildSpec format() {
        List<String> arguments = new ArrayList<>(List.of(
                "format",
                "--config",
                configuration().toString(),
                "--cluster-id",
                settings.getProperty("cluster"),
                "--ignore-formatted"));
        for (String principal : principals()) {
            arguments.add("--add-scram");
            arguments.add("SCRAM-SHA-512=[name=" + principal + ",password=" + password(principal) + "]");
        }
        return java(
                "kafka-format", List.of("-Xmx64m", "-XX:TieredStopAtLevel=1"), "kafka.tools.StorageTool", arguments);
    }

    /** The broker. */
    public ChildSpec broker() {
        return java(
                "kafka",
                List.of("-Xms256m", "-Xmx384m", "-XX:TieredStopAtLevel=1"),
                "kafka.Kafka",
                List.of(configuration().toString()));
    }

    private Path configuration() {
        return dir.resolve("server.properties");
    }

    private ChildSpec java(String name, List<String> options, String main, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        // A broker that is killed leaves none; that of a region is asked to end.
        command.addAll(new ClassArchive(classpath.resolveSibling(name + ".jsa"), classpath).usedOrMade());
        command.addAll(List.of(
                "-XX:+UseSerialGC",
                "-Dorg.slf4j.simpleLogger.showDateTime=true",
                "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSS",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-Dorg.slf4j.simpleLogger.log.kafka.authorizer.logger=info",
                "-cp",
                readClasspath(),
                main));
        command.addAll(arguments);
        return new ChildSpec(name, command, Map.of(), dir, dir.resolve(name + ".log"), Lifeline.WITH_PARENT);
    }

    private String readClasspath() {
        try {
            return Files.readString(classpath).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("no Kafka class path: build the module testbed/kafka first", e);
        }
    }

    private void writeConfiguration() throws IOException {
        try (var out = SecretFile.create(configuration())) {
            BrokerConfiguration.of(this, dir.resolve("data")).store(out, null);
        }
    }
}
