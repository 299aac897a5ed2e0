package io.kubemdm.protocol.trust;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;

/**
 * The services' cryptography in native code (decision 0012): a P-256 signature takes the JDK about a millisecond and a
 * verification two, this 0.06 and 0.08. Where the library does not load, the JDK's own does the same, slower.
 */
public final class NativeCrypto {

    private NativeCrypto() {}

    /**
     * Makes it the first choice of this process; to be called before any key is read.
     *
     * @return what is in use, for a log line
     */
    public static String install() {
        Throwable missing = AmazonCorrettoCryptoProvider.INSTANCE.getLoadingError();
        if (missing != null) {
            return "jdk (" + missing.getMessage() + ")";
        }
        AmazonCorrettoCryptoProvider.install();
        return AmazonCorrettoCryptoProvider.PROVIDER_NAME;
    }
}
