package dev.fovea.registry.metrics;

import dev.fovea.kernel.Name;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Blocks of the points of a metric, so that a chart of many points need not read them. Writers
 * never wait for them to be made: they note from where on blocks are no longer true, and readers
 * take the points themselves from there on.
 */
@Component
final class MetricBlocks {
  /** So many points since the last blocks are worth the next ones. */
  static final long WORTH_BUILDING = 4_096;

  // The newest points may still get others between them.
  private static final int LEFT = 1_024;
  private static final int MOST_AT_ONCE = 16_384;

  /** A chart has fewer points than twice this, and reads each block. */
  private static final int MOST_KEPT = 4_096;

  private static final int MOST_IN_MEMORY = 65_536;
  private static final int ROWS_AT_ONCE = 2_000;
  private static final int LONGEST_SECONDS = 10;

  /** Blocks that are still true, given the row {@code l} of the latest value. */
  private static final String TRUE =
      "b.run = l.run and b.key = l.key and (b.last_ms, b.last_step) < (l.charted_ms,"
          + " l.charted_step)";

  private final JdbcClient database;
  private final BlockRows rows;
  private final TransactionTemplate transaction;
  private final int mostKept;

  @Autowired
  MetricBlocks(JdbcClient database, TransactionTemplate transaction) {
    this(database, transaction, MOST_KEPT);
  }

  /** With as many blocks of a metric at most, so that a test has to log less. */
  MetricBlocks(JdbcClient database, TransactionTemplate transaction, int mostKept) {
    this.database = database;
    this.rows = new BlockRows(database);
    this.transaction = transaction;
    this.mostKept = mostKept;
  }

  /** Makes the blocks that are missing, a part in each transaction. */
  void build(String run, String key) {
    var more = true;
    while (more) {
      more = Boolean.TRUE.equals(transaction.execute(_ -> buildSome(run, key)));
    }
  }

  private boolean buildSome(String run, String key) {
    // A writer of this metric waits here, or has committed: what it wrote is seen, or it sees what
    // is noted below.
    var known =
        !database
            .sql(
                "select key from registry.latest_metric where run = ? and key = ? for no key"
                    + " update")
            .params(run, key)
            .query(String.class)
            .list()
            .isEmpty();
    if (!known) {
      return false;
    }
    database
        .sql(
            """
            delete from registry.metric_block b using registry.latest_metric l
            where l.run = ? and l.key = ? and b.run = l.run and b.key = l.key
              and (b.last_ms, b.last_step) >= (l.charted_ms, l.charted_step)
            """)
        .params(run, key)
        .update();
    var points = after(run, key, lastBlock(run, key));
    var full = points.size() == MOST_AT_ONCE;
    int end = full ? points.size() : Math.max(0, points.size() - LEFT);
    end -= end % MetricBlock.SIZE;
    var blocks = new ArrayList<MetricBlock>();
    for (int begin = 0; begin < end; begin += MetricBlock.SIZE) {
      blocks.add(MetricBlock.of(points.subList(begin, begin + MetricBlock.SIZE)));
    }
    rows.insert(run, key, blocks);
    keepFew(run, key);
    note(run, key, blocks);
    return full;
  }

  /**
   * Makes one of each two neighbours where there are too many, so that what a chart reads doesn't
   * grow with the points: each point is in one block made anew for each doubling of them.
   */
  private void keepFew(String run, String key) {
    long kept =
        database
            .sql("select count(*) from registry.metric_block where run = ? and key = ?")
            .params(run, key)
            .query(Long.class)
            .single();
    if (kept <= mostKept) {
      return;
    }
    var blocks =
        database
            .sql(
                """
                select * from registry.metric_block where run = ? and key = ?
                order by last_ms, last_step, last_value, last_nan
                """)
            .params(run, key)
            .query((row, _) -> BlockRows.block(row, key))
            .list();
    var fewer = new ArrayList<>(blocks);
    while (fewer.size() > mostKept) {
      halve(fewer);
    }
    database
        .sql("delete from registry.metric_block where run = ? and key = ?")
        .params(run, key)
        .update();
    rows.insert(run, key, fewer);
  }

  /** The last point of the last block; before all points where there is none. */
  private LoggedMetric lastBlock(String run, String key) {
    return database
        .sql(
            """
            select last_ms, last_step, last_value, last_nan from registry.metric_block where run = ? and key = ?
            order by last_ms desc, last_step desc, last_value desc, last_nan desc limit 1
            """)
        .params(run, key)
        .query((row, _) -> BlockRows.last(row, key))
        .optional()
        .orElseGet(() -> new LoggedMetric(key, -Double.MAX_VALUE, 0, Long.MIN_VALUE));
  }

  private List<LoggedMetric> after(String run, String key, LoggedMetric last) {
    return database
        .sql(
            """
            select m.* from registry.metric m
            where m.run = ? and m.key = ? and (m.at_ms, m.step, m.value, m.is_nan) > (?, ?, ?, ?)
            order by m.at_ms, m.step, m.value, m.is_nan limit ?
            """)
        .params(run, key, last.atMillis(), last.step(), last.stored(), last.isNan(), MOST_AT_ONCE)
        .query((row, _) -> MetricRows.metric(row))
        .list();
  }

  /** Notes that blocks reach to the last of these, and that there is nothing more to do. */
  private void note(String run, String key, List<MetricBlock> blocks) {
    if (blocks.isEmpty()) {
      database
          .sql("update registry.latest_metric set uncharted = 0 where run = ? and key = ?")
          .params(run, key)
          .update();
      return;
    }
    var last = blocks.getLast().last();
    boolean end = last.step() == Long.MAX_VALUE;
    database
        .sql(
            """
            update registry.latest_metric set uncharted = 0, charted_ms = ?, charted_step = ? where run = ? and key = ?
            """)
        .params(
            end ? last.atMillis() + 1 : last.atMillis(),
            end ? Long.MIN_VALUE : last.step() + 1,
            run,
            key)
        .update();
  }

  /** Of these runs, those of the project that have more than so many blocks of the metric. */
  List<String> manyOf(Name project, List<String> runs, String key, int few) {
    return database
        .sql(
            """
            select b.run from registry.metric_block b join registry.latest_metric l on %s
            join registry.run r on r.id = l.run and r.project = ?
            where l.run = any(?) and l.key = ? group by b.run having count(*) > ?
            """
                .formatted(TRUE))
        .params(project.text(), runs.toArray(String[]::new), key, few)
        .query((row, _) -> row.getString("run"))
        .list();
  }

  /** Of these runs, those of the project whose metric has points that are worth new blocks. */
  List<String> wanting(Name project, List<String> runs, String key) {
    return database
        .sql(
            """
            select l.run from registry.latest_metric l join registry.run r on r.id = l.run and r.project = ?
            where l.run = any(?) and l.key = ? and l.uncharted >= ?
            """)
        .params(project.text(), runs.toArray(String[]::new), key, WORTH_BUILDING)
        .query((row, _) -> row.getString("run"))
        .list();
  }

  /** The last point of a metric by step. */
  LoggedMetric latest(String run, String key) {
    return database
        .sql("select * from registry.latest_metric where run = ? and key = ?")
        .params(run, key)
        .query((row, _) -> MetricRows.metric(row))
        .single();
  }

  /**
   * All of a metric by time: blocks, and as blocks of one point each what is in none; of which
   * there are few once the others are made. Of more than 65,536, neighbours are made one.
   */
  List<MetricBlock> all(String run, String key) {
    return Objects.requireNonNull(transaction.execute(_ -> read(run, key)));
  }

  private List<MetricBlock> read(String run, String key) {
    var blocks = new ArrayList<MetricBlock>();
    // One statement, so one state of the database: whoever adds a point says with it which blocks
    // end.
    database
        .sql(
            """
            with l as (select * from registry.latest_metric where run = ? and key = ?),
            b as (select b.* from registry.metric_block b join l on %s),
            final as (select * from b order by last_ms desc, last_step desc, last_value desc, last_nan desc limit 1)
            select false as single, b.* from b
            union all
            select true, m.run, m.key, m.at_ms, m.step, m.value, m.is_nan, null, null, null, null, null, null, null, null,
              m.at_ms, m.step, m.value, m.is_nan, 1
            from registry.metric m where m.run = ? and m.key = ? and (m.at_ms, m.step, m.value, m.is_nan) > (
              (select coalesce(max(last_ms), -1) from final), (select coalesce(max(last_step), 0) from final),
              (select coalesce(max(last_value), 0) from final), (select coalesce(bool_or(last_nan), false) from final))
            order by last_ms, last_step, last_value, last_nan
            """
                .formatted(TRUE))
        .params(run, key, run, key)
        .withFetchSize(ROWS_AT_ONCE)
        .withQueryTimeout(LONGEST_SECONDS)
        .query(row -> {
          if (blocks.size() == MOST_IN_MEMORY) {
            halve(blocks);
          }
          blocks.add(
              row.getBoolean("single")
                  ? MetricBlock.of(List.of(BlockRows.last(row, key)))
                  : BlockRows.block(row, key));
        });
    return blocks;
  }

  /** Makes one of each two that follow each other. */
  private static void halve(List<MetricBlock> blocks) {
    int pairs = blocks.size() / 2;
    for (int i = 0; i < pairs; i++) {
      blocks.set(i, blocks.get(2 * i).and(blocks.get(2 * i + 1)));
    }
    if (blocks.size() % 2 == 1) {
      blocks.set(pairs, blocks.getLast());
      pairs++;
    }
    blocks.subList(pairs, blocks.size()).clear();
  }
}
