package dev.fovea.registry.webhooks.outbound;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Whose certificates are believed: the JDK's authorities, and those of a file.
 *
 * @param manager decides
 * @param context makes connections by its decisions
 */
public record Trust(X509TrustManager manager, SSLContext context) {
  private static final int MOST_BYTES = 1 << 20;

  /**
   * Believes the JDK's authorities, and those of a file.
   *
   * @param file certificates in PEM
   * @param setting which names the file, for words
   * @throws IllegalArgumentException when the file holds none or can't be read
   */
  public static Trust with(Optional<Path> file, String setting) {
    try {
      var usual = manager(null);
      var more = file.isPresent() ? certificates(file.get()) : List.<X509Certificate>of();
      var all = new ArrayList<>(Arrays.asList(usual.getAcceptedIssuers()));
      all.addAll(more);
      var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (int i = 0; i < all.size(); i++) {
        store.setCertificateEntry("authority " + i, all.get(i));
      }
      var manager = more.isEmpty() ? usual : manager(store);
      var context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {manager}, null);
      return new Trust(manager, context);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException(
          "%s: %s can't be read as certificates in PEM"
              .formatted(setting, file.map(Path::toString).orElse("the JDK's own")),
          e);
    }
  }

  /** What makes a connection by its decisions. */
  public SSLSocketFactory sockets() {
    return context.getSocketFactory();
  }

  private static List<X509Certificate> certificates(Path file)
      throws IOException, GeneralSecurityException {
    try (var in = Files.newInputStream(file)) {
      var bytes = in.readNBytes(MOST_BYTES);
      var found =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(bytes))
              .stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (found.isEmpty()) {
        throw new IOException("no certificate in " + file);
      }
      return found;
    }
  }

  private static X509TrustManager manager(@Nullable KeyStore store)
      throws GeneralSecurityException {
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return Arrays.stream(factory.getTrustManagers())
        .filter(X509TrustManager.class::isInstance)
        .map(X509TrustManager.class::cast)
        .findFirst()
        .orElseThrow(() -> new GeneralSecurityException("no trust manager for X.509"));
  }
}
