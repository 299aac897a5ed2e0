package io.kubemdm.gateway.uplink;

import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.AgentReport;
import io.kubemdm.protocol.message.Envelope;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.message.Report;
import java.time.Instant;

/**
 * Who is speaking, as the certificate and the ledger say. It overwrites what an agent claims of itself: subject, epoch,
 * source, id and time. The time is the gateway's because a device's clock may be a day off, and Kafka refuses records
 * from the future.
 *
 * @param device from the ledger's entry for the certificate
 * @param epoch its enrolment, likewise
 * @param gateway this replica
 */
public record ReportStamp(DeviceId device, long epoch, String gateway) {

    /** An agent's report as it goes to the engine. Its id is the same each time the agent sends it again. */
    public Envelope<AgentReport> agent(Envelope<? extends AgentReport> said, Instant now) {
        MessageId n = said.messageId();
        return new Envelope<>(
                device + "/" + epoch + "/" + n.boot() + "/" + n.n(),
                "/agent",
                device,
                now,
                epoch,
                n,
                said.traceparent(),
                said.body());
    }

    /**
     * Something the gateway itself reports of the device.
     *
     * @param what makes the id unique within this gateway and device, e.g. {@code opened/17}
     */
    public <R extends Report> Envelope<R> gateway(String what, R body, Instant now) {
        return new Envelope<>(
                device + "/" + epoch + "/" + what,
                "/gateway/" + gateway,
                device,
                now,
                epoch,
                MessageId.NONE,
                null,
                body);
    }
}
