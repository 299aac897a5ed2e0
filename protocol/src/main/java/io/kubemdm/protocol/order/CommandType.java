package io.kubemdm.protocol.order;

/** What a command asks of a device. */
public enum CommandType {
    Lock,
    Unlock,
    /** Management and company data go; the device stays its owner's. */
    Retire,
    /** Company data goes; management stays. */
    SelectiveWipe,
    /** Everything goes: the encrypted storage, company data and management. */
    FullWipe,
    /** The encrypted storage can never be opened again. */
    CryptoErase,
    /** Apply the desired state again, or run scripts that the device has, or both: {@link Remediation}. */
    Remediate;

    /** Whether it makes the device's storage unreadable; the device does not come back from it. */
    public boolean erasesStorage() {
        return this == FullWipe || this == CryptoErase;
    }

    /** Whether it takes company data, management or storage from a device. */
    public boolean isWipe() {
        return this == SelectiveWipe || endsManagement();
    }

    /** Whether a device that has carried it out is managed no more. */
    public boolean endsManagement() {
        return this == Retire || erasesStorage();
    }
}
