package dev.fovea.registry.lineage;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.LineageNode;
import dev.fovea.kernel.Name;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The things in the graph. */
@Component
public final class LineageNodes {
  private static final Pattern DIGITS = Pattern.compile("(?:sha256:)?([0-9a-f]{8,64})");
  private static final int MOST_FOUND = 50;

  private final JdbcClient database;

  LineageNodes(JdbcClient database) {
    this.database = database;
  }

  /** The newest name of the thing with this digest. */
  public Optional<String> label(Name project, Digest digest) {
    return database
        .sql(
            "select label from registry.lineage_node where project = ? and digest = ? order by at desc limit 1")
        .params(project.text(), digest.toString())
        .query(String.class)
        .optional();
  }

  /** Adds a thing that something was made of; the name of one that is there stays. */
  void mention(Name project, LineageNode node, Instant at) {
    database
        .sql(
            """
            insert into registry.lineage_node (project, digest, kind, label, named, at) values (?, ?, ?, ?, false, ?)
            on conflict do nothing
            """)
        .params(
            project.text(),
            node.digest().toString(),
            node.kind().name(),
            node.label(),
            at.atOffset(ZoneOffset.UTC))
        .update();
  }

  /**
   * Adds a thing that was made; its maker's newest name for it is its name, whichever news came
   * first.
   */
  void name(Name project, LineageNode node, Instant at) {
    database
        .sql(
            """
            insert into registry.lineage_node as old (project, digest, kind, label, named, at)
            values (?, ?, ?, ?, true, ?)
            on conflict (project, digest, kind) do update set label = excluded.label, named = true, at = excluded.at
            where not old.named or old.at < excluded.at
            """)
        .params(
            project.text(),
            node.digest().toString(),
            node.kind().name(),
            node.label(),
            at.atOffset(ZoneOffset.UTC))
        .update();
  }

  /**
   * The things of these digests; the same bytes may be two things, such as a model version and its
   * variant.
   */
  List<LineageNode> read(Name project, Collection<Digest> digests) {
    return database
        .sql(
            "select digest, kind, label from registry.lineage_node where project = ? and digest = any(?) order by at, kind")
        .params(project.text(), digests.stream().map(Digest::toString).toArray(String[]::new))
        .query((row, _) -> node(row))
        .list();
  }

  /** The things whose digest or name begins so; at most 50. */
  List<LineageNode> beginningWith(Name project, String text) {
    var digits = DIGITS.matcher(text);
    var from = digits.matches() ? "sha256:" + digits.group(1) : "-";
    var name =
        text.toLowerCase(Locale.ROOT).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_");
    return database
        .sql(
            """
            select digest, kind, label from registry.lineage_node
            where project = ? and ((digest >= ? and digest < ? || 'g') or lower(label) like ? || '%')
            order by label, digest limit ?
            """)
        .params(project.text(), from, from, name, MOST_FOUND)
        .query((row, _) -> node(row))
        .list();
  }

  private static LineageNode node(ResultSet row) throws SQLException {
    return new LineageNode(
        LineageNode.Kind.valueOf(row.getString("kind")),
        Digest.parse(row.getString("digest")),
        row.getString("label"));
  }
}
