package dev.fovea.pipelines.status;

import dev.fovea.kernel.Digest;
import dev.fovea.pipelines.CommitStatus;
import java.util.List;
import java.util.function.Consumer;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Has commits told how the releases stand that their builds asked for. A release that nobody asked
 * for from a commit is told to nobody.
 */
public final class CommitStatuses {
  private final List<Place> places;
  private final StatusRows rows;
  private final Consumer<Due> soon;

  /**
   * @param soon has a commit told; called in a transaction
   */
  CommitStatuses(List<Place> places, StatusRows rows, Consumer<Due> soon) {
    this.places = places;
    this.rows = rows;
    this.soon = soon;
  }

  /** Where no Git host is configured. */
  public static CommitStatuses toNobody(JdbcClient jdbc) {
    return new CommitStatuses(List.of(), new StatusRows(jdbc), _ -> {});
  }

  /**
   * A release stands otherwise than before, or was asked for; in the transaction that makes it
   * true. Takes a row of the queue; no host is called here.
   *
   * @throws IllegalStateException outside a transaction, where a host is configured
   */
  public void changed(Digest release) {
    if (places.isEmpty()) {
      return;
    }
    for (var bound : rows.bound(release)) {
      places.stream()
          .filter(place -> place.is(bound.project(), bound.repository(), bound.repositoryId()))
          .map(place -> new Due(place.project(), place.name(), bound.commit()))
          .forEach(due -> {
            rows.again(due);
            soon.accept(due);
          });
    }
  }

  /** What is told of a release, in the order of its gates; at most 500. */
  public List<CommitStatus> of(Digest release) {
    return rows.of(release);
  }
}
