package io.kubemdm.agent;

import io.kubemdm.agent.driver.DiskEncryptionDriver;
import io.kubemdm.agent.driver.Driver;
import io.kubemdm.agent.driver.Drivers;
import io.kubemdm.agent.driver.FactSource;
import io.kubemdm.agent.driver.FilesDriver;
import io.kubemdm.agent.driver.FirewallDriver;
import io.kubemdm.agent.driver.ModuleDriver;
import io.kubemdm.agent.driver.OshiFacts;
import io.kubemdm.agent.driver.PackagesDriver;
import io.kubemdm.agent.driver.PasswordDriver;
import io.kubemdm.agent.driver.PathLimits;
import io.kubemdm.agent.driver.ScreenLockDriver;
import io.kubemdm.agent.driver.SysctlDriver;
import io.kubemdm.agent.driver.TrustedCertificatesDriver;
import io.kubemdm.agent.driver.UpdatesDriver;
import io.kubemdm.agent.driver.UsageFacts;
import io.kubemdm.agent.driver.VpnDriver;
import io.kubemdm.agent.driver.WifiDriver;
import io.kubemdm.agent.identity.Identity;
import io.kubemdm.agent.identity.IdentityStore;
import io.kubemdm.agent.identity.SoftwareKeys;
import io.kubemdm.agent.program.Nft;
import io.kubemdm.agent.program.Programs;
import io.kubemdm.agent.quarantine.NftQuarantine;
import io.kubemdm.agent.quarantine.Peer;
import io.kubemdm.agent.quarantine.Quarantine;
import io.kubemdm.agent.quarantine.UnenforcedQuarantine;
import io.kubemdm.agent.store.DeviceFiles;
import io.kubemdm.agent.store.DiskStore;
import io.kubemdm.agent.store.KernelParameters;
import io.kubemdm.agent.store.PublicFiles;
import io.kubemdm.agent.store.RawDevices;
import io.kubemdm.agent.store.Store;
import io.kubemdm.agent.wipe.DeviceActs;
import io.kubemdm.agent.wipe.Erasing;
import io.kubemdm.agent.wipe.LinuxActs;
import io.kubemdm.agent.wipe.LocalScripts;
import io.kubemdm.agent.wipe.Luks;
import io.kubemdm.protocol.json.Json;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** What every command takes: the root everything lies below, and how to answer. */
final class RootOptions {

    private static final int HTTPS = 443;
    private static final Path MACHINE = Path.of("/");
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
            scope = ScopeType.INHERIT,
            description = "Everything the agent reads and writes lies below it. Default: ${DEFAULT-VALUE}.")
    private Path root = Path.of("/");

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            scope = ScopeType.INHERIT,
            description = "One of: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Format format = Format.text;

    /** As if {@code --root} had been given. */
    static RootOptions below(Path root) {
        RootOptions options = new RootOptions();
        options.root = root;
        return options;
    }

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

    /**
     * Who this device is.
     *
     * @throws AgentFailed if it is not enrolled, or has left management
     */
    static Identity enrolled(Store store) {
        Identity identity = identities(store).read();
        if (identity != null) {
            return identity;
        }
        if (store.read(RunCommand.RETIRED) != null) {
            throw left();
        }
        throw new AgentFailed(ExitCode.NOT_ENROLLED, "this device is not enrolled: run 'kubemdm-agent enroll' first");
    }

    static AgentFailed left() {
        return new AgentFailed(
                ExitCode.RETIRED, "this device has left management: 'kubemdm-agent enroll' brings it back");
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
                quarantine(config),
                new LocalScripts(files, config.scripts(), config.scriptLimit()));
    }

    /** What this agent measures beside what it sets. */
    FactSource facts() {
        return new UsageFacts(new OshiFacts(), new PublicFiles(MACHINE), Clock.systemUTC());
    }

    /** Everything this agent can set; below another root than the machine's own it writes files only. */
    Drivers drivers(AgentConfig config) {
        DeviceFiles files = files();
        Programs programs = programs();
        Programs machine = files.isWholeMachine() ? programs : null;
        String nft = machine == null ? null : machine.find("nft");
        List<Driver> drivers = List.of(
                new PasswordDriver(files, files.isWholeMachine() ? new PublicFiles(MACHINE) : null),
                new SysctlDriver(files, new KernelParameters(SYSCTL)),
                new FilesDriver(files, new PathLimits(config.allowedFolders())),
                new TrustedCertificatesDriver(files),
                new ScreenLockDriver(files, machine),
                new DiskEncryptionDriver(programs, new RawDevices(MACHINE)),
                new FirewallDriver(files, nft == null ? null : new Nft(List.of(nft)), machine),
                new UpdatesDriver(files, machine),
                new WifiDriver(files, machine),
                new VpnDriver(files, machine),
                ModuleDriver.usbStorage(files, machine),
                ModuleDriver.camera(files, machine),
                new PackagesDriver(new PublicFiles(root()), root().toString(), programs));
        return new Drivers(drivers);
    }

    /** What cuts this device off from all but its gateways, where it enrols, and the hosts of its configuration. */
    Quarantine quarantine(AgentConfig config) {
        String nft = programs().find("nft");
        if (!files().isWholeMachine()) {
            return new UnenforcedQuarantine("an agent below --root owns no network");
        }
        if (nft == null) {
            return new UnenforcedQuarantine("nftables is not installed: apt-get install nftables");
        }
        List<Peer> peers = new ArrayList<>(config.quarantineHosts());
        config.gateways().forEach(gateway -> peers.add(new Peer(gateway.host(), gateway.port())));
        Identity identity = identities(store(config)).read();
        if (identity != null) {
            // A certificate must be renewable in quarantine, or the device could never come back.
            peers.add(enrolment(URI.create(identity.server())));
            if (config.gateways().isEmpty()) {
                identity.gateways().forEach(gateway -> peers.add(Peer.parse(gateway)));
            }
        }
        return new NftQuarantine(new Nft(List.of(nft)), peers, new PublicFiles(MACHINE));
    }

    private static Peer enrolment(URI server) {
        String host = server.getHost();
        return new Peer(host.replaceAll("[\\[\\]]", ""), server.getPort() < 0 ? HTTPS : server.getPort());
    }

    private static Programs programs() {
        return new Programs(new PublicFiles(MACHINE));
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
