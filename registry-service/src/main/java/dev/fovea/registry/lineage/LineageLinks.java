package dev.fovea.registry.lineage;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.LineageLinked;
import dev.fovea.kernel.LineageNode;
import dev.fovea.kernel.LineageNode.Kind;
import dev.fovea.kernel.Name;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** The arrows of the graph. */
@Component
public final class LineageLinks {
  private static final String SELECT =
      """
      select l.*, f.label as from_label, t.label as to_label from registry.lineage_link l
      join registry.lineage_node f on f.project = l.project and f.digest = l.from_digest and f.kind = l.from_kind
      join registry.lineage_node t on t.project = l.project and t.digest = l.to_digest and t.kind = l.to_kind
      where l.project = ? and %s = any(?) order by l.at desc, l.from_digest, l.to_digest, l.verb limit ?
      """;

  private final JdbcClient database;
  private final TransactionTemplate transaction;
  private final LineageNodes nodes;

  LineageLinks(JdbcClient database, TransactionTemplate transaction, LineageNodes nodes) {
    this.database = database;
    this.transaction = transaction;
    this.nodes = nodes;
  }

  /** Draws an arrow; drawn twice it is one. */
  public void draw(LineageLinked link) {
    transaction.executeWithoutResult(_ -> {
      nodes.mention(link.project(), link.from(), link.at());
      nodes.name(link.project(), link.to(), link.at());
      database
          .sql(
              """
              insert into registry.lineage_link (project, from_digest, from_kind, verb, to_digest, to_kind, at)
              values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing
              """)
          .params(
              link.project().text(),
              link.from().digest().toString(),
              link.from().kind().name(),
              link.verb(),
              link.to().digest().toString(),
              link.to().kind().name(),
              link.at().atOffset(ZoneOffset.UTC))
          .update();
    });
  }

  /** The arrows that end at these things, newest first. */
  List<LineageLinked> to(Name project, Collection<Digest> digests, int most) {
    return read("l.to_digest", project, digests, most);
  }

  /** The arrows that begin at these things, newest first. */
  List<LineageLinked> from(Name project, Collection<Digest> digests, int most) {
    return read("l.from_digest", project, digests, most);
  }

  private List<LineageLinked> read(String end, Name project, Collection<Digest> digests, int most) {
    return database
        .sql(SELECT.formatted(end))
        .params(project.text(), digests.stream().map(Digest::toString).toArray(String[]::new), most)
        .query((row, _) -> link(row))
        .list();
  }

  private static LineageLinked link(ResultSet row) throws SQLException {
    return new LineageLinked(
        new Name(row.getString("project")),
        node(row, "from"),
        row.getString("verb"),
        node(row, "to"),
        row.getObject("at", OffsetDateTime.class).toInstant());
  }

  private static LineageNode node(ResultSet row, String end) throws SQLException {
    return new LineageNode(
        Kind.valueOf(row.getString(end + "_kind")),
        Digest.parse(row.getString(end + "_digest")),
        row.getString(end + "_label"));
  }
}
