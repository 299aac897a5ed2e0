package io.kubemdm.protocol.order;

/** What a command asks of a device. */
public enum CommandType {
    Lock,
    Unlock,
    /** Management and company data go; the device stays its owner's. */
    Retire,
    /** Company data goes; management stays. */
    SelectiveWipe,
    FullWipe,
    CryptoErase,
    /** Apply the desired state again. */
    Reapply
}
