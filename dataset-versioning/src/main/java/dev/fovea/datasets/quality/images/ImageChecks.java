package dev.fovea.datasets.quality.images;

import dev.fovea.kernel.Digest;
import dev.fovea.store.ObjectStore;
import dev.fovea.vision.ImageTraits;
import dev.fovea.vision.ImageTraits.Channels;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Verdicts on images, kept by digest. */
@Repository
public class ImageChecks {
  private static final int CHUNK = 5_000;

  private final JdbcClient db;
  private final JdbcTemplate batches;
  private final Inspections inspections;

  ImageChecks(JdbcClient db, JdbcTemplate batches, ObjectStore objects) {
    this.db = db;
    this.batches = batches;
    this.inspections = new Inspections(objects);
  }

  /** What decoding told about each; only those never seen before are decoded now. */
  public Map<Digest, ImageVerdict> verdicts(Collection<Digest> images) {
    var distinct = List.copyOf(new HashSet<>(images));
    var verdicts = new HashMap<Digest, ImageVerdict>();
    for (int from = 0; from < distinct.size(); from += CHUNK) {
      var chunk = distinct.subList(from, Math.min(from + CHUNK, distinct.size()));
      var known = known(chunk);
      var fresh = new HashSet<>(chunk);
      fresh.removeAll(known.keySet());
      verdicts.putAll(known);
      verdicts.putAll(inspect(fresh));
    }
    return verdicts;
  }

  private Map<Digest, ImageVerdict> known(List<Digest> images) {
    var known = new HashMap<Digest, ImageVerdict>();
    db.sql(
            """
            select digest, fault, width, height, dhash, channels, bits, orientation from datasets.image_check
            where digest = any(:digests) and channels is not null
            """)
        .param("digests", images.stream().map(Digest::toString).toArray(String[]::new))
        .query((row, _) -> Map.entry(Digest.parse(row.getString("digest")), verdict(row)))
        .list()
        .forEach(entry -> known.put(entry.getKey(), entry.getValue()));
    return known;
  }

  private static ImageVerdict verdict(ResultSet row) throws SQLException {
    var channels = row.getString("channels");
    return new ImageVerdict(
        row.getString("fault"),
        row.getInt("width"),
        row.getInt("height"),
        row.getLong("dhash"),
        channels.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new ImageTraits(
                    Channels.valueOf(channels), row.getInt("bits"), row.getInt("orientation"))));
  }

  private Map<Digest, ImageVerdict> inspect(Set<Digest> images) {
    var verdicts = inspections.of(images);
    if (!verdicts.isEmpty()) {
      keep(verdicts);
    }
    return verdicts;
  }

  // By digest, so that two pushes with the same images wait for each other instead of for ever.
  private void keep(Map<Digest, ImageVerdict> verdicts) {
    var rows =
        verdicts.entrySet().stream()
            .sorted(Comparator.comparing(entry -> entry.getKey().hex()))
            .map(entry -> row(entry.getKey(), entry.getValue()))
            .toList();
    batches.batchUpdate(
        """
        insert into datasets.image_check (digest, fault, width, height, dhash, channels, bits, orientation)
        values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (digest) do update set fault = excluded.fault, width = excluded.width,
          height = excluded.height, dhash = excluded.dhash, channels = excluded.channels, bits = excluded.bits,
          orientation = excluded.orientation
        """,
        rows);
  }

  private static Object[] row(Digest image, ImageVerdict verdict) {
    return new Object[] {
      image.toString(),
      verdict.fault(),
      verdict.width(),
      verdict.height(),
      verdict.dhash(),
      verdict.traits().map(it -> it.channels().name()).orElse(""),
      verdict.traits().map(ImageTraits::bits).orElse(0),
      verdict.traits().map(ImageTraits::orientation).orElse(1)
    };
  }
}
