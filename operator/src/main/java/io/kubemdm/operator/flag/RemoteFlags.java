package io.kubemdm.operator.flag;

import io.kubemdm.protocol.device.DeviceId;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Flags of a remote service, asked by OFREP about so many devices a second and remembered in between. A flag that says it
 * looks at no device ({@code STATIC}, {@code DISABLED}) is asked once for all.
 */
public final class RemoteFlags implements Flags {

    private static final Logger LOG = LoggerFactory.getLogger(RemoteFlags.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    static final Duration TIMEOUT = Duration.ofSeconds(2);
    static final int AT_ONCE = 8;

    private final Evaluator evaluator;
    private final int perSecond;
    private final FlagAnswer notAsked;
    private final Map<String, AnswerCache> flags = new ConcurrentHashMap<>();
    private final List<Consumer<Set<String>>> listeners = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService polling = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("flags-remote").daemon().factory());
    private final ExecutorService asking = Executors.newFixedThreadPool(
            AT_ONCE, Thread.ofVirtual().name("flag-").factory());
    private volatile Set<String> wanted = Set.of();

    private RemoteFlags(URI url, @Nullable Path token, int perSecond) {
        String source = source(url);
        this.evaluator = new Evaluator(source, new OfrepProvider(url, token, TIMEOUT));
        this.perSecond = perSecond;
        this.notAsked = FlagAnswer.unreachable(source + " has not been asked yet.");
    }

    /** How messages name a service. */
    static String source(URI url) {
        return "Flag service " + url.getHost();
    }

    /**
     * Begins to ask.
     *
     * @param token file with a bearer token, null for none
     * @param perSecond devices asked about in a second, at most, over all flags
     */
    public static RemoteFlags start(URI url, @Nullable Path token, int perSecond) {
        return start(url, token, perSecond, INTERVAL);
    }

    /** The same with another length of a second. */
    @SuppressWarnings("FutureReturnValueIgnored") // poll() logs what goes wrong
    static RemoteFlags start(URI url, @Nullable Path token, int perSecond, Duration second) {
        RemoteFlags remote = new RemoteFlags(url, token, perSecond);
        remote.evaluator.start();
        remote.polling.scheduleWithFixedDelay(remote::poll, 0, second.toMillis(), TimeUnit.MILLISECONDS);
        return remote;
    }

    @Override
    public FlagAnswer ask(String key, FlagContext context) {
        return flags.computeIfAbsent(key, any -> new AnswerCache(notAsked)).get(context, notAsked);
    }

    @Override
    public void wanted(Set<String> keys) {
        wanted = Set.copyOf(keys);
        flags.keySet().retainAll(wanted);
    }

    @Override
    public void forget(DeviceId device) {
        flags.values().forEach(cache -> cache.forget(device));
    }

    @Override
    public void onChange(Consumer<Set<String>> listener) {
        listeners.add(listener);
    }

    private void poll() {
        Set<String> changed = new HashSet<>();
        int share = Math.max(1, perSecond / Math.max(1, wanted.size()));
        try {
            for (String key : wanted) {
                AnswerCache cache = flags.get(key);
                if (cache != null && refresh(key, cache, share)) {
                    changed.add(key);
                }
            }
        } catch (RuntimeException e) {
            LOG.warn("flag service not asked", e);
        } catch (InterruptedException e) {
            return;
        }
        if (!changed.isEmpty()) {
            listeners.forEach(each -> each.accept(changed));
        }
    }

    /** The first answer tells whether the others have to be asked for. */
    private boolean refresh(String key, AnswerCache cache, int share) throws InterruptedException {
        List<FlagContext> due = cache.next(share);
        if (due.isEmpty()) {
            return false;
        }
        FlagAnswer first = evaluator.ask(key, due.getFirst());
        if (first.forAll() || first.isUnreachable()) {
            return cache.putForAll(first);
        }
        Map<FlagContext, FlagAnswer> answers = new ConcurrentHashMap<>();
        answers.put(due.getFirst(), first);
        List<Callable<FlagAnswer>> rest = due.stream()
                .skip(1)
                .<Callable<FlagAnswer>>map(
                        context -> () -> answers.computeIfAbsent(context, c -> evaluator.ask(key, c)))
                .toList();
        asking.invokeAll(rest);
        return cache.put(answers);
    }

    @Override
    public void close() {
        polling.shutdownNow();
        asking.shutdownNow();
        evaluator.close();
    }
}
