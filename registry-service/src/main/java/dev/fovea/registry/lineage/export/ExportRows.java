package dev.fovea.registry.lineage.export;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.LineageNode.Kind;
import dev.fovea.kernel.Name;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads the graph for exports: also arrows to things that have no row, so that they are named. */
@Component
class ExportRows {
  private final JdbcClient database;

  ExportRows(JdbcClient database) {
    this.database = database;
  }

  /** The arrows that end at these things, oldest first. */
  List<Arrow> to(Name project, Collection<Digest> digests, int most) {
    return arrows("to_digest", project, digests, most);
  }

  /** The arrows that begin at these things, oldest first. */
  List<Arrow> from(Name project, Collection<Digest> digests, int most) {
    return arrows("from_digest", project, digests, most);
  }

  private List<Arrow> arrows(String end, Name project, Collection<Digest> digests, int most) {
    return database
        .sql(
            """
            select * from registry.lineage_link where project = ? and %s = any(?)
            order by at, from_digest, from_kind, to_digest, to_kind, verb limit ?
            """
                .formatted(end))
        .params(project.text(), written(digests), most)
        .query((row, _) ->
            new Arrow(
                thing(row, "from"),
                row.getString("verb"),
                thing(row, "to"),
                row.getObject("at", OffsetDateTime.class).toInstant()))
        .list();
  }

  /** What things of these digests are called. */
  Map<Thing, String> labels(Name project, Collection<Digest> digests) {
    var labels = new TreeMap<Thing, String>();
    database
        .sql(
            "select digest, kind, label from registry.lineage_node where project = ? and digest = any(?)")
        .params(project.text(), written(digests))
        .query((row, _) ->
            labels.put(
                new Thing(
                    Kind.valueOf(row.getString("kind")), Digest.parse(row.getString("digest"))),
                row.getString("label")))
        .list();
    return labels;
  }

  private static String[] written(Collection<Digest> digests) {
    return digests.stream().map(Digest::toString).toArray(String[]::new);
  }

  private static Thing thing(ResultSet row, String end) throws SQLException {
    return new Thing(
        Kind.valueOf(row.getString(end + "_kind")), Digest.parse(row.getString(end + "_digest")));
  }
}
