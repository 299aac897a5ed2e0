package io.kubemdm.agent;

import io.kubemdm.agent.driver.Driver;
import io.kubemdm.agent.driver.Drivers;
import io.kubemdm.agent.driver.FilesDriver;
import io.kubemdm.agent.driver.PasswordDriver;
import io.kubemdm.agent.driver.PathLimits;
import io.kubemdm.agent.driver.SysctlDriver;
import io.kubemdm.agent.driver.TrustedCertificatesDriver;
import io.kubemdm.agent.identity.IdentityStore;
import io.kubemdm.agent.identity.SoftwareKeys;
import io.kubemdm.agent.quarantine.UnenforcedQuarantine;
import io.kubemdm.agent.store.DeviceFiles;
import io.kubemdm.agent.store.DiskStore;
import io.kubemdm.agent.store.KernelParameters;
import io.kubemdm.agent.store.RawDevices;
import io.kubemdm.agent.store.Store;
import io.kubemdm.agent.wipe.DeviceActs;
import io.kubemdm.agent.wipe.Erasing;
import io.kubemdm.agent.wipe.LinuxActs;
import io.kubemdm.agent.wipe.LocalScripts;
import io.kubemdm.agent.wipe.Luks;
import io.kubemdm.protocol.json.Json;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** What every command takes: the root everything lies below, and how to answer. */
final class RootOptions {

    private static final Path SYSCTL = Path.of("/proc/sys");

    /** How a command answers. */
    enum Format {
        text,
        json
    }

    @Option(
            names = "--root",
            paramLabel = "DIR",
            defaultValue = "/",
            description = "Everything the agent reads and writes lies below it. Default: ${DEFAULT-VALUE}.")
    private Path root = Path.of("/");

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Format format = Format.text;

    Path root() {
        Path folder = root.toAbsolutePath().normalize();
        if (!Files.isDirectory(folder)) {
            throw new AgentFailed(ExitCode.USAGE, "--root " + folder + " is not a directory: create it first");
        }
        return folder;
    }

    AgentConfig config() {
        return AgentConfig.read(root());
    }

    Path stateFolder(AgentConfig config) {
        return root().resolve(config.stateFolder().substring(1));
    }

    Store store(AgentConfig config) {
        return new DiskStore(stateFolder(config));
    }

    static IdentityStore identities(Store store) {
        return new IdentityStore(store, new SoftwareKeys(store));
    }

    DeviceFiles files() {
        return new DeviceFiles(root());
    }

    /**
     * What commands do to this device.
     *
     * @param allowDestructive whether it may erase storage although it is not the installed service
     */
    DeviceActs acts(AgentConfig config, boolean allowDestructive) {
        DeviceFiles files = files();
        boolean installed = files.isWholeMachine() && InstalledService.isThisProcess();
        Erasing erasing = new Erasing(
                config.personal(),
                installed || allowDestructive,
                new Luks(new RawDevices(root()), config.cryptsetup(), config.luksDevices()));
        return new LinuxActs(
                files,
                config.companyFolders(),
                installed,
                erasing,
                new KernelParameters(SYSCTL),
                new UnenforcedQuarantine("nothing here can confine this device"),
                new LocalScripts(files, config.scripts(), config.scriptLimit()));
    }

    static Drivers drivers(DeviceFiles files, AgentConfig config) {
        List<Driver> drivers = List.of(
                new PasswordDriver(files),
                new SysctlDriver(files, new KernelParameters(SYSCTL)),
                new FilesDriver(files, new PathLimits(config.allowedFolders())),
                new TrustedCertificatesDriver(files));
        return new Drivers(drivers);
    }

    /** Prints {@code value} as JSON, or lets {@code text} say it. */
    void print(PrintWriter out, Object value, Runnable text) {
        if (format == Format.json) {
            out.println(Json.mapper().valueToTree(value).toPrettyString());
        } else {
            text.run();
        }
        out.flush();
    }
}
