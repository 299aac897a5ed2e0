package io.kubemdm.gateway.channel;

import io.kubemdm.gateway.downlink.Downlink;
import io.kubemdm.gateway.uplink.InFlightBudget;
import io.kubemdm.gateway.uplink.Uplink;
import java.time.Clock;

/**
 * What every session of a gateway shares.
 *
 * @param gateway this replica
 * @param region where it stands
 */
record SessionParts(
        String gateway,
        String region,
        Clock clock,
        ChannelLimits limits,
        Register register,
        Sessions sessions,
        Uplink uplink,
        InFlightBudget budget,
        Downlink downlink,
        ChannelMeters meters) {}
