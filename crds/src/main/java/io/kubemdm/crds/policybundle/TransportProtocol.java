package io.kubemdm.crds.policybundle;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import io.kubemdm.crds.EnumNames;

/** The transport of a port. */
public enum TransportProtocol {
    Tcp,
    Udp,
    @JsonIgnore
    Unrecognised;

    @JsonCreator
    public static TransportProtocol of(String name) {
        return EnumNames.find(TransportProtocol.class, name, Unrecognised);
    }
}
