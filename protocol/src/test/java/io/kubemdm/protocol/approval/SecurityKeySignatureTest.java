package io.kubemdm.protocol.approval;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubemdm.protocol.trust.SignatureRefused;
import io.kubemdm.protocol.trust.TestKeys;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.util.Base64;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.junit.jupiter.api.Test;

/** A FIDO2 authenticator played by software: the format of OpenSSH's PROTOCOL.u2f. */
class SecurityKeySignatureTest {

    private static final String TYPE = "sk-ecdsa-sha2-nistp256@openssh.com";
    private static final String APPLICATION = "ssh:";
    private static final byte[] MESSAGE = "erase it".getBytes(StandardCharsets.UTF_8);

    @Test
    void aTouchedKeyCounts() throws GeneralSecurityException {
        SshSignature signature = SshSignature.parse(armoured(1));
        assertThatCode(() -> signature.verify(WipeStatement.NAMESPACE, MESSAGE)).doesNotThrowAnyException();
    }

    @Test
    void aKeyThatNobodyTouchedDoesNot() throws GeneralSecurityException {
        SshSignature signature = SshSignature.parse(armoured(0));
        assertThatThrownBy(() -> signature.verify(WipeStatement.NAMESPACE, MESSAGE))
                .isInstanceOf(SignatureRefused.class);
    }

    private static String armoured(int flags) throws GeneralSecurityException {
        KeyPair pair = TestKeys.p256();
        ECPublicKey key = (ECPublicKey) pair.getPublic();

        ByteArrayBuffer blob = new ByteArrayBuffer();
        blob.putString(TYPE);
        blob.putString("nistp256");
        blob.putBytes(point(key));
        blob.putString(APPLICATION);

        ByteArrayBuffer signed = new ByteArrayBuffer();
        signed.putRawBytes("SSHSIG".getBytes(StandardCharsets.US_ASCII));
        signed.putString(WipeStatement.NAMESPACE);
        signed.putString("");
        signed.putString("sha512");
        signed.putBytes(MessageDigest.getInstance("SHA-512").digest(MESSAGE));

        ByteBuffer proven = ByteBuffer.allocate(32 + 1 + 4 + 32)
                .put(sha256(APPLICATION.getBytes(StandardCharsets.US_ASCII)))
                .put((byte) flags)
                .putInt(7)
                .put(sha256(signed.getCompactData()));
        Signature signer = Signature.getInstance("SHA256withECDSAinP1363Format");
        signer.initSign(pair.getPrivate());
        signer.update(proven.array());
        byte[] plain = signer.sign();
        ByteArrayBuffer pairOfNumbers = new ByteArrayBuffer();
        pairOfNumbers.putMPInt(new BigInteger(1, plain, 0, 32));
        pairOfNumbers.putMPInt(new BigInteger(1, plain, 32, 32));

        ByteArrayBuffer signature = new ByteArrayBuffer();
        signature.putString(TYPE);
        signature.putBytes(pairOfNumbers.getCompactData());
        signature.putByte((byte) flags);
        signature.putUInt(7);

        ByteArrayBuffer whole = new ByteArrayBuffer();
        whole.putRawBytes("SSHSIG".getBytes(StandardCharsets.US_ASCII));
        whole.putUInt(1);
        whole.putBytes(blob.getCompactData());
        whole.putString(WipeStatement.NAMESPACE);
        whole.putString("");
        whole.putString("sha512");
        whole.putBytes(signature.getCompactData());
        return "-----BEGIN SSH SIGNATURE-----\n"
                + Base64.getMimeEncoder(70, new byte[] {'\n'}).encodeToString(whole.getCompactData())
                + "\n-----END SSH SIGNATURE-----\n";
    }

    private static byte[] point(ECPublicKey key) {
        ByteBuffer point = ByteBuffer.allocate(65).put((byte) 4);
        for (BigInteger number :
                new BigInteger[] {key.getW().getAffineX(), key.getW().getAffineY()}) {
            byte[] bytes = number.toByteArray();
            byte[] fixed = new byte[32];
            int length = Math.min(32, bytes.length);
            System.arraycopy(bytes, bytes.length - length, fixed, 32 - length, length);
            point.put(fixed);
        }
        return point.array();
    }

    private static byte[] sha256(byte[] bytes) throws GeneralSecurityException {
        return MessageDigest.getInstance("SHA-256").digest(bytes);
    }
}
