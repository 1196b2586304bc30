package dev.fovea.datasets.signing;

import dev.fovea.datasets.DatasetVersion;
import dev.fovea.datasets.Manifest;
import dev.fovea.datasets.VersionStatement;
import dev.fovea.datasets.repository.RepositoryProperties;
import dev.fovea.datasets.versions.VersionFollower;
import dev.fovea.datasets.versions.Versions;
import dev.fovea.dsse.Envelope;
import dev.fovea.dsse.SigningKey;
import dev.fovea.roles.SigningKeyFile;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Signs each version in the transaction that makes it, and once those of before. */
@Component
class StatementWriter implements VersionFollower {
  private static final Logger LOG = LoggerFactory.getLogger(StatementWriter.class);

  /** In the home folder, beside the repositories. */
  private static final String OWN_KEY = "dataset-signing-key.pem";

  private final SigningKeys keys;
  private final Statements statements;
  private final Versions versions;
  private final TransactionTemplate transaction;
  private final SigningKey key;

  StatementWriter(
      SigningKeys keys,
      Statements statements,
      Versions versions,
      TransactionTemplate transaction,
      SigningProperties properties,
      RepositoryProperties repositories) {
    this.keys = keys;
    this.statements = statements;
    this.versions = versions;
    this.transaction = transaction;
    this.key =
        new SigningKeyFile("dataset versions", "fovea.datasets.signing-key-file")
            .key(
                Optional.ofNullable(properties.signingKeyFile()),
                repositories.repositories().toAbsolutePath().resolveSibling(OWN_KEY));
  }

  @Override
  public void recording(DatasetVersion version, Manifest before, Manifest now) {
    record(version);
  }

  private void record(DatasetVersion version) {
    keys.use(key.verifying());
    statements.add(
        version,
        key.verifying().id(),
        key.sign(VersionStatement.PAYLOAD_TYPE, VersionStatement.of(version).bytes()));
  }

  /** The statement of a version; made now where it is from before, and its turn has not come. */
  Envelope statement(DatasetVersion version) {
    return statements
        .find(version)
        .or(() -> {
          sign(version);
          return statements.find(version);
        })
        .orElseThrow();
  }

  private void sign(DatasetVersion version) {
    transaction.executeWithoutResult(_ -> record(version));
  }

  @Override
  public void catchUp() {
    transaction.executeWithoutResult(_ -> keys.use(key.verifying()));
    int signed = 0;
    for (var version : statements.missing()) {
      if (Thread.currentThread().isInterrupted()) {
        return;
      }
      versions.find(version.project(), version.dataset(), version.digest()).ifPresent(this::sign);
      signed++;
    }
    if (signed > 0) {
      LOG.info("signed {} dataset versions of before", signed);
    }
  }
}
