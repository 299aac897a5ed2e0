package io.kubemdm.agent.driver;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.agent.program.Subprocess;
import io.kubemdm.agent.store.DeviceFiles;
import io.kubemdm.agent.store.FileImage;
import io.kubemdm.agent.store.StoreFailed;
import io.kubemdm.agent.store.UnsafePath;
import io.kubemdm.protocol.trust.Pem;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code settings.trustedCertificates}: one file each where Debian's {@code update-ca-certificates} looks, which is run
 * when the root is the whole machine.
 */
public final class TrustedCertificatesDriver extends FileDriver {

    private static final Logger LOG = LoggerFactory.getLogger(TrustedCertificatesDriver.class);
    private static final String FOLDER = "/usr/local/share/ca-certificates/";
    private static final int MAX_CERTIFICATES = 32;
    private static final int MAX_FILES = 512;
    private static final int MAX_PEM = 16 << 10;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** A driver for the files below the device's root. */
    public TrustedCertificatesDriver(DeviceFiles files) {
        super(files);
    }

    @Override
    public String key() {
        return "trustedCertificates";
    }

    @Override
    public List<Setting> split(JsonNode value) {
        if (!value.isArray() || value.size() > MAX_CERTIFICATES) {
            throw new SettingRefused(
                    "InvalidSetting", "settings.trustedCertificates is a list of at most " + MAX_CERTIFICATES);
        }
        List<Setting> settings = new ArrayList<>();
        for (JsonNode entry : value) {
            String name = entry.path("name").asText();
            if (!name.matches("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")) {
                throw new SettingRefused("InvalidSetting", "trusted certificate '" + name + "' has no plain name");
            }
            check(name, entry.path("pem").asText());
            settings.add(new Setting("trustedCertificates:" + name, entry));
        }
        return settings;
    }

    private static void check(String name, String pem) {
        if (pem.length() > MAX_PEM || pem.contains("PRIVATE KEY")) {
            throw new SettingRefused("InvalidSetting", "trusted certificate " + name + " is too long or holds a key");
        }
        try {
            List<X509Certificate> certificates = Pem.certificates(pem);
            if (certificates.size() != 1 || certificates.getFirst().getBasicConstraints() < 0) {
                throw new SettingRefused(
                        "InvalidSetting", "trusted certificate " + name + " is not exactly one CA certificate");
            }
        } catch (IllegalArgumentException e) {
            throw new SettingRefused("InvalidSetting", "trusted certificate " + name + " is " + e.getMessage());
        }
    }

    @Override
    public List<Target> plan(List<Setting> effective) {
        return effective.stream()
                .map(setting -> new Target(
                        "trustedCertificates:" + FOLDER + "kubemdm-" + setting.subject() + ".crt",
                        setting.value(),
                        List.of(setting.name())))
                .toList();
    }

    @Override
    FileImage image(Target target, @Nullable FileImage before) {
        X509Certificate certificate =
                Pem.certificates(target.wanted().path("pem").asText()).getFirst();
        return FileImage.text(Pem.of(certificate), 0644);
    }

    @Override
    public void measure(FactSheet sheet) {
        List<String> names = new ArrayList<>();
        try {
            for (String path : files().tree(FOLDER.substring(0, FOLDER.length() - 1), MAX_FILES)) {
                String file = path.substring(path.lastIndexOf('/') + 1);
                if (path.equals(FOLDER + file) && file.matches("kubemdm-.+[.]crt") && isCertificate(path)) {
                    names.add(file.substring("kubemdm-".length(), file.length() - ".crt".length()));
                }
            }
            sheet.put("trustedCertificates.names", names);
        } catch (UnsafePath | StoreFailed e) {
            sheet.unmeasured("trustedCertificates.names", String.valueOf(e.getMessage()));
        }
    }

    private boolean isCertificate(String path) {
        FileImage found = files().read(path);
        try {
            return found != null && Pem.certificates(found.text()).size() == 1;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    public void activate() {
        if (!files().isWholeMachine()) {
            return;
        }
        Subprocess.Ended update = Subprocess.run(LIMIT, List.of("update-ca-certificates"));
        if (!update.isGood()) {
            LOG.warn("update-ca-certificates: {}", update.error());
        }
    }
}
