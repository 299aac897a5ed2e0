package io.kubemdm.operator.flag;

import dev.openfeature.contrib.providers.flagd.resolver.process.storage.connector.QueuePayload;
import dev.openfeature.contrib.providers.flagd.resolver.process.storage.connector.QueuePayloadType;
import dev.openfeature.contrib.providers.flagd.resolver.process.storage.connector.QueueSource;
import io.kubemdm.protocol.device.DeviceId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Reads definitions once and evaluates them by flagd's provider. */
final class DefinedSurvey implements FlagSurvey {

    private final Definitions definitions;
    private final String domain = Evaluator.newDomain();

    DefinedSurvey(Definitions definitions) {
        this.definitions = definitions;
    }

    @Override
    public Map<DeviceId, FlagAnswer> ask(String key, List<FlagContext> devices) {
        String text;
        try {
            text = definitions.read();
            Definitions.check(definitions.name(), text);
        } catch (Definitions.Unusable e) {
            return FlagSurvey.forAll(FlagAnswer.unreachable(e.getMessage()), devices);
        }
        try (Evaluator evaluator = new Evaluator(domain, definitions.name(), DefinedFlags.provider(new Once(text)))) {
            evaluator.startAndWait();
            Map<DeviceId, FlagAnswer> answers = new HashMap<>();
            devices.forEach(each -> answers.put(each.device(), evaluator.ask(key, each)));
            return answers;
        }
    }

    /** Definitions that never change. */
    private static final class Once implements QueueSource {

        private final BlockingQueue<QueuePayload> queue = new LinkedBlockingQueue<>();

        Once(String text) {
            queue.add(new QueuePayload(QueuePayloadType.DATA, text));
        }

        @Override
        public void init() {}

        @Override
        public BlockingQueue<QueuePayload> getStreamQueue() {
            return queue;
        }

        @Override
        public void shutdown() {}
    }
}
