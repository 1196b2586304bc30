package dev.fovea.registry.signing;

import dev.fovea.registry.audit.Acts;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Signs versions that were there before any was signed: all of them after each start, until none is
 * left, and each when somebody asks for it. A version that was made later and has no signature has
 * lost it, and stays without.
 */
@Component
class LateSignatures implements DisposableBean {
  private static final Logger LOG = LoggerFactory.getLogger(LateSignatures.class);
  private static final int AT_ONCE = 200;
  private static final Duration LONGEST_END = Duration.ofSeconds(5);

  private final SignatureRows rows;
  private final ModelSigner signer;
  private final TransactionTemplate transaction;
  private final Acts acts;
  private volatile @Nullable Thread running;

  LateSignatures(
      SignatureRows rows, ModelSigner signer, TransactionTemplate transaction, Acts acts) {
    this.rows = rows;
    this.signer = signer;
    this.transaction = transaction;
    this.acts = acts;
  }

  @EventListener(ApplicationReadyEvent.class)
  void start() {
    running = Thread.ofVirtual().name("registry-late-signatures").start(this::catchUp);
  }

  /** Signs what can be signed. */
  void catchUp() {
    try {
      int signed = 0;
      for (int now = some(); now > 0 && !Thread.currentThread().isInterrupted(); now = some()) {
        signed += now;
      }
      if (signed > 0) {
        LOG.info("signed {} model versions of before", signed);
      }
    } catch (RuntimeException e) {
      if (!Thread.currentThread().isInterrupted()) {
        LOG.error("model versions of before could not be signed; the next start tries again", e);
      }
    }
  }

  private int some() {
    int signed = 0;
    for (var version : rows.unsigned(AT_ONCE)) {
      if (Thread.currentThread().isInterrupted()) {
        return signed;
      }
      try {
        sign(version);
        signed++;
      } catch (RuntimeException e) {
        // One with too many files must not keep the others from being signed.
        LOG.error("{} {} can't be signed", version.model(), version.number(), e);
      }
    }
    return signed;
  }

  /**
   * The envelope of a version; made now where it is from before, and its turn has not come.
   *
   * @throws IllegalArgumentException where it has lost its envelope
   */
  String envelope(VersionRecord version) {
    return rows.envelope(version)
        .or(() -> {
          if (rows.isOfBefore(version)) {
            sign(version);
          }
          return rows.envelope(version);
        })
        .orElseThrow(() ->
            new IllegalArgumentException(
                "envelope: missing, though it was made after this registry began to sign"));
  }

  private void sign(VersionRecord version) {
    transaction.executeWithoutResult(_ -> {
      signer.sign(version, true);
      acts.done(
          version.project(),
          "signed model version later than it was made",
          version.model() + " " + version.number());
    });
  }

  @Override
  public void destroy() throws InterruptedException {
    var thread = running;
    if (thread != null) {
      thread.interrupt();
      thread.join(LONGEST_END);
    }
  }
}
