package io.kubemdm.operator.flag;

import dev.openfeature.contrib.providers.flagd.Config;
import dev.openfeature.contrib.providers.flagd.FlagdOptions;
import dev.openfeature.contrib.providers.flagd.FlagdProvider;
import dev.openfeature.contrib.providers.flagd.resolver.process.storage.connector.QueueSource;
import dev.openfeature.sdk.EventDetails;
import dev.openfeature.sdk.FeatureProvider;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/** Flags defined in flagd's format, evaluated in this process by flagd's provider. */
public final class DefinedFlags implements Flags {

    /** Half of what the provider is given, in the background, for its first definitions. */
    private static final int STARTING_MILLIS = 15_000;

    private final PolledDefinitions definitions;
    private final Evaluator evaluator;
    private final List<Consumer<Set<String>>> listeners = new CopyOnWriteArrayList<>();
    private final ExecutorService telling = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("flag-changes").daemon().factory());
    private volatile Set<String> wanted = Set.of();

    private DefinedFlags(Definitions definitions, Duration interval) {
        this.definitions = new PolledDefinitions(definitions, interval, () -> tell(wanted));
        this.evaluator = new Evaluator(definitions.name(), provider(this.definitions));
    }

    /** flagd's evaluation in this process, of what {@code source} hands it. */
    static FeatureProvider provider(QueueSource source) {
        return new FlagdProvider(FlagdOptions.builder()
                .resolverType(Config.Resolver.IN_PROCESS)
                .customConnector(source)
                .deadline(STARTING_MILLIS)
                .build());
    }

    /**
     * Begins to read.
     *
     * @param interval how often the definitions are looked at
     */
    public static DefinedFlags start(Definitions definitions, Duration interval) {
        DefinedFlags flags = new DefinedFlags(definitions, interval);
        flags.evaluator.client().onProviderReady(any -> flags.tell(flags.wanted));
        flags.evaluator.client().onProviderConfigurationChanged(flags::changed);
        flags.evaluator.start();
        return flags;
    }

    private void changed(EventDetails details) {
        List<String> keys = details.getFlagsChanged();
        Set<String> changed = new HashSet<>(wanted);
        if (keys != null) {
            changed.retainAll(new HashSet<>(keys));
        }
        tell(changed);
    }

    private void tell(Set<String> keys) {
        if (keys.isEmpty()) {
            return;
        }
        try {
            telling.execute(() -> listeners.forEach(each -> each.accept(keys)));
        } catch (RejectedExecutionException e) {
            // Closed in between: nobody wants to know any more.
        }
    }

    @Override
    public FlagAnswer ask(String key, FlagContext context) {
        String problem = definitions.problem();
        return problem == null ? evaluator.ask(key, context) : FlagAnswer.unreachable(problem);
    }

    @Override
    public void wanted(Set<String> keys) {
        wanted = Set.copyOf(keys);
        definitions.wanted(!keys.isEmpty());
    }

    @Override
    public void onChange(Consumer<Set<String>> listener) {
        listeners.add(listener);
    }

    @Override
    public void close() {
        evaluator.close();
        definitions.shutdown();
        telling.shutdownNow();
    }
}
