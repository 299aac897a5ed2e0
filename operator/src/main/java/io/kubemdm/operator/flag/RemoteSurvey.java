package io.kubemdm.operator.flag;

import io.kubemdm.protocol.device.DeviceId;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a remote service by OFREP, about as many devices a second as {@link RemoteFlags} does and for so long at most: whoever
 * comes after that is not asked about.
 */
final class RemoteSurvey implements FlagSurvey {

    /** As long as somebody who waits for the answer may like to. */
    static final Duration LONGEST = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(RemoteSurvey.class);

    private final URI url;
    private final @Nullable Path token;
    private final int perSecond;
    private final Duration longest;
    private final String domain = Evaluator.newDomain();

    RemoteSurvey(URI url, @Nullable Path token, int perSecond, Duration longest) {
        this.url = url;
        this.token = token;
        this.perSecond = perSecond;
        this.longest = longest;
    }

    @Override
    public Map<DeviceId, FlagAnswer> ask(String key, List<FlagContext> devices) {
        if (devices.isEmpty()) {
            return Map.of();
        }
        try (Evaluator evaluator =
                new Evaluator(domain, RemoteFlags.source(url), new OfrepProvider(url, token, RemoteFlags.TIMEOUT))) {
            evaluator.startAndWait();
            FlagAnswer first = evaluator.ask(key, devices.getFirst());
            if (first.forAll() || first.isUnreachable()) {
                return FlagSurvey.forAll(first, devices);
            }
            Map<DeviceId, FlagAnswer> answers = new ConcurrentHashMap<>();
            answers.put(devices.getFirst().device(), first);
            long most = Math.min(devices.size(), perSecond * longest.toSeconds());
            ask(evaluator, key, devices.subList(1, (int) Math.max(1, most)), answers);
            return Map.copyOf(answers);
        }
    }

    /** One after the other at the rate that is allowed, as far as the service keeps up. */
    private void ask(Evaluator evaluator, String key, List<FlagContext> devices, Map<DeviceId, FlagAnswer> answers) {
        ScheduledThreadPoolExecutor asking = new ScheduledThreadPoolExecutor(
                RemoteFlags.AT_ONCE, Thread.ofVirtual().name("flag-survey-").factory());
        try {
            for (int i = 0; i < devices.size(); i++) {
                FlagContext device = devices.get(i);
                ScheduledFuture<?> unused = asking.schedule(
                        () -> answers.put(device.device(), evaluator.ask(key, device)),
                        i * 1_000_000L / perSecond,
                        TimeUnit.MICROSECONDS);
            }
            asking.shutdown();
            if (!asking.awaitTermination(longest.plus(RemoteFlags.TIMEOUT).toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn(
                        "flag service is slow flag={} devices={} answered={}", key, devices.size() + 1, answers.size());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            asking.shutdownNow();
        }
    }
}
