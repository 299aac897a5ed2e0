package io.kubemdm.testbed.bench;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.kubemdm.crds.ObjectRef;
import io.kubemdm.crds.wiperequest.WipePhase;
import io.kubemdm.crds.wiperequest.WipeReason;
import io.kubemdm.crds.wiperequest.WipeRequest;
import io.kubemdm.crds.wiperequest.WipeRequestSpecBuilder;
import io.kubemdm.crds.wiperequest.WipeType;
import io.kubemdm.protocol.device.DeviceId;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Asks for wipes one by one and watches, as kubectl does, until each shows its receipt. */
final class WipeWatch implements AutoCloseable {

    private final BenchFleet bench;
    private final WipeBench.Ear ear;
    private final Map<String, CompletableFuture<Long>> completed = new ConcurrentHashMap<>();
    private final Watch watch;

    WipeWatch(BenchFleet bench, WipeBench.Ear ear) {
        this.bench = bench;
        this.ear = ear;
        this.watch = bench.client()
                .resources(WipeRequest.class)
                .inNamespace(BenchFleet.NAMESPACE)
                .watch(new Watcher<>() {
                    @Override
                    public void eventReceived(Action action, WipeRequest wipe) {
                        if (wipe.getStatus() != null
                                && wipe.getStatus().phase() == WipePhase.Completed
                                && wipe.getStatus().receipt() != null) {
                            of(wipe.getMetadata().getName()).complete(System.nanoTime());
                        }
                    }

                    @Override
                    public void onClose(@Nullable WatcherException cause) {
                        // Whoever waits says so in a minute.
                    }
                });
    }

    private CompletableFuture<Long> of(String name) {
        return completed.computeIfAbsent(name, key -> new CompletableFuture<>());
    }

    /** Asks, and returns when it is completed. The clock starts with the API server's answer. */
    void wipe(DeviceId device, WipeType type) throws InterruptedException {
        String name = type.name().toLowerCase(Locale.ROOT) + "-" + device.name();
        WipeRequest wipe = new WipeRequest();
        wipe.setMetadata(new ObjectMetaBuilder()
                .withNamespace(BenchFleet.NAMESPACE)
                .withName(name)
                .build());
        wipe.setSpec(WipeRequestSpecBuilder.builder()
                .deviceRef(new ObjectRef(device.name()))
                .type(type)
                .reason(WipeReason.Lost)
                .build());
        bench.client().resource(wipe).create();
        long answered = System.nanoTime();
        try {
            ear.done(device, answered, of(name).get(1, TimeUnit.MINUTES));
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(name + " shows no receipt within a minute", e);
        }
    }

    @Override
    public void close() {
        watch.close();
    }
}
