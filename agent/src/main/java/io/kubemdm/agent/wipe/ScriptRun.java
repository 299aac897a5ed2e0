package io.kubemdm.agent.wipe;

import io.kubemdm.protocol.order.CommandOrder;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The scripts of one remediation, run beside the agent's thread, which goes on with its heartbeats and orders meanwhile. */
final class ScriptRun {

    private static final Logger LOG = LoggerFactory.getLogger(ScriptRun.class);

    private final CommandOrder order;
    private final CommandRunner.Threads threads;
    private final FutureTask<Scripts.Ended> task;

    /** @param then told on the agent's thread how they ended; not when they were given up */
    ScriptRun(
            CommandOrder order,
            Scripts scripts,
            List<String> names,
            CommandRunner.Threads threads,
            BiConsumer<ScriptRun, Scripts.Ended> then) {
        this.order = order;
        this.threads = threads;
        this.task = new FutureTask<>(() -> scripts.runAll(names)) {
            @Override
            protected void done() {
                Scripts.Ended ended = isCancelled() ? null : ended(this);
                if (ended != null) {
                    threads.agent().execute(() -> then.accept(ScriptRun.this, ended));
                }
            }
        };
    }

    /** Whose scripts they are. */
    CommandOrder order() {
        return order;
    }

    void start() {
        threads.scripts().execute(task);
    }

    /** Ends what runs, with its children; nothing is told any more. */
    void giveUp() {
        task.cancel(true);
    }

    private static Scripts.@Nullable Ended ended(FutureTask<Scripts.Ended> task) {
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } catch (ExecutionException e) {
            LOG.error("scripts could not be run", e.getCause());
            return new Scripts.Ended("", "scripts could not be run: " + e.getCause());
        }
    }
}
