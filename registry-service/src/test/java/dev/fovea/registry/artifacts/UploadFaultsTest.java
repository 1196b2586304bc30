package dev.fovea.registry.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.registry.artifacts.Uploads.Begun;
import dev.fovea.store.ObjectStore;
import dev.fovea.store.PartKey;
import dev.fovea.store.StoreUnavailable;
import dev.fovea.store.Transfers;
import dev.fovea.store.memory.MemoryObjectStore;
import dev.fovea.testkit.TestDatabase;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.unit.DataSize;

/**
 * Uploads over a store that fails at the worst moments, and the sweeping of those that are over.
 */
class UploadFaultsTest {
  private static final Name PROJECT = Name.of("p");
  private static DataSource source;

  private final JdbcClient database = JdbcClient.create(source);
  private final FailingStore objects = new FailingStore();
  private final TransferRows rows = new TransferRows(database);
  private final TransferUpkeep upkeep = new TransferUpkeep(rows, objects);
  private final Artifacts artifacts;
  private final Uploads uploads;
  private final ArtifactPath place;

  UploadFaultsTest() {
    var limits = new ArtifactLimits(DataSize.ofMegabytes(1), Duration.ofHours(1));
    var transaction = new TransactionTemplate(new JdbcTransactionManager(source));
    artifacts = new Artifacts(database, transaction, objects, limits);
    uploads = new Uploads(artifacts, rows, new Doors(rows), transaction, objects, limits);
    var run = UUID.randomUUID().toString().replace("-", "");
    database
        .sql(
            "insert into registry.run (id, project, experiment, name, user_id, status, started_ms) values (?, ?, 0, 'r', '', 'RUNNING', 1)")
        .params(run, PROJECT.text())
        .update();
    place = new ArtifactPath(0, run, "model/weights.bin");
  }

  @BeforeAll
  static void tables() {
    source = TestDatabase.migrated("registry");
    JdbcClient.create(source)
        .sql(
            "insert into registry.experiment (project, id, name, created_ms, updated_ms) values (?, 0, 'e', 0, 0)")
        .param(PROJECT.text())
        .update();
  }

  @Test
  void aProcessThatDiesBetweenTheObjectAndItsPathLeavesAnUploadThatCanBeCompleted()
      throws IOException {
    var upload = uploads.begin(PROJECT, place, 2);
    var sent = List.of(send(upload, 1, "one, "), send(upload, 2, "two"));
    objects.diesAfterPut = true;
    assertThatThrownBy(() -> uploads.complete(PROJECT, place, upload.id(), sent))
        .isInstanceOf(StoreUnavailable.class);
    assertThat(artifacts.find(PROJECT, place)).isEmpty();

    var artifact = uploads.complete(PROJECT, place, upload.id(), sent);

    assertThat(artifact.digest())
        .isEqualTo(Digest.sha256("one, two".getBytes(StandardCharsets.UTF_8)));
    assertThat(artifacts.find(PROJECT, place)).contains(artifact);
    assertThat(objects.memory.parts()).isZero();
  }

  @Test
  void aPartThatIsLostIsNamedAndNothingIsKept() throws IOException {
    var upload = uploads.begin(PROJECT, place, 2);
    var sent = List.of(send(upload, 1, "one"), send(upload, 2, "two"));
    objects.memory.transfers().delete(upload.id(), 2);
    assertThatThrownBy(() -> uploads.complete(PROJECT, place, upload.id(), sent))
        .hasMessageContaining("part 1: nothing with this ETag");
    assertThat(artifacts.find(PROJECT, place)).isEmpty();
  }

  @Test
  void aFileIsKeptThoughItsPartsCantBeDeletedNowAndTheyAreSweptLater() throws IOException {
    var upload = uploads.begin(PROJECT, place, 1);
    var sent = List.of(send(upload, 1, "all"));
    objects.deletesNothing = true;
    var artifact = uploads.complete(PROJECT, place, upload.id(), sent);
    assertThat(artifacts.find(PROJECT, place)).contains(artifact);
    assertThat(objects.memory.parts()).isEqualTo(1);

    expire(upload, "2 hours");
    upkeep.sweep();
    assertThat(rows.find(upload.id())).as("else its parts would be forgotten").isPresent();

    objects.deletesNothing = false;
    upkeep.sweep();
    assertThat(objects.memory.parts()).isZero();
    assertThat(rows.find(upload.id())).isEmpty();
    assertThat(artifacts.find(PROJECT, place)).contains(artifact);
  }

  @Test
  void whatNobodyCompletedIsSweptSomeTimeAfterItEnded() throws IOException {
    var forgotten = uploads.begin(PROJECT, place, 3);
    send(forgotten, 2, "half");
    var going = uploads.begin(PROJECT, place, 3);
    send(going, 1, "still");
    upkeep.sweep();
    assertThat(objects.memory.parts()).isEqualTo(2);

    expire(forgotten, "10 minutes");
    upkeep.sweep();
    assertThat(objects.memory.parts()).as("a part may still be coming").isEqualTo(2);

    expire(forgotten, "61 minutes");
    upkeep.sweep();
    assertThat(objects.memory.parts()).isEqualTo(1);
    assertThat(rows.find(forgotten.id())).isEmpty();
    assertThat(rows.find(going.id())).isPresent();
  }

  @Test
  void aPartThatComesWhileItsUploadIsAbortedLeavesNothing() {
    var upload = uploads.begin(PROJECT, place, 1);
    var slow =
        new ByteArrayInputStream("late".getBytes(StandardCharsets.UTF_8)) {
          @Override
          public int read(byte[] buffer, int offset, int length) {
            if (rows.find(upload.id()).orElseThrow().state() == Transfer.State.OPEN) {
              uploads.abort(PROJECT, place, upload.id());
            }
            return super.read(buffer, offset, length);
          }
        };
    assertThatThrownBy(
            () -> uploads.put(upload.id(), 1, upload.parts().getFirst().signature(), slow))
        .hasMessageContaining("the upload ended meanwhile");
    assertThat(objects.memory.parts()).isZero();
  }

  private SentPart send(Begun upload, int number, String text) throws IOException {
    var bytes = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    var signature = upload.parts().get(number - 1).signature();
    return new SentPart(number, uploads.put(upload.id(), number, signature, bytes));
  }

  private void expire(Begun upload, String ago) {
    database
        .sql("update registry.transfer set expires = now() - cast(? as interval) where id = ?")
        .params(ago, upload.id())
        .update();
  }

  /** Keeps everything in memory, and fails when it is told to. */
  private static final class FailingStore implements ObjectStore, Transfers {
    final MemoryObjectStore memory = new MemoryObjectStore();
    boolean diesAfterPut;
    boolean deletesNothing;

    @Override
    public Digest put(InputStream bytes) throws IOException {
      var digest = memory.put(bytes);
      if (diesAfterPut) {
        diesAfterPut = false;
        throw new StoreUnavailable("gone right after it stored " + digest, "start it again");
      }
      return digest;
    }

    @Override
    public InputStream open(Digest digest) {
      return memory.open(digest);
    }

    @Override
    public LocalObject local(Digest digest) throws IOException {
      return memory.local(digest);
    }

    @Override
    public boolean exists(Digest digest) {
      return memory.exists(digest);
    }

    @Override
    public long size(Digest digest) {
      return memory.size(digest);
    }

    @Override
    public Transfers transfers() {
      return this;
    }

    @Override
    public String put(PartKey key, InputStream bytes) throws IOException {
      return memory.transfers().put(key, bytes);
    }

    @Override
    public OptionalLong size(PartKey key, String tag) throws IOException {
      return memory.transfers().size(key, tag);
    }

    @Override
    public InputStream open(PartKey key, String tag) throws IOException {
      return memory.transfers().open(key, tag);
    }

    @Override
    public void delete(String upload, int parts) throws IOException {
      if (deletesNothing) {
        throw new StoreUnavailable("it may not delete", "allow it to");
      }
      memory.transfers().delete(upload, parts);
    }

    @Override
    public Optional<DirectAddresses> direct() {
      return Optional.empty();
    }
  }
}
