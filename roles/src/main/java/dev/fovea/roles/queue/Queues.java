package dev.fovea.roles.queue;

import dev.fovea.roles.ServiceRole;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** Opens the queue of each service that runs here. */
public final class Queues {
  private final ObjectProvider<DataSource> database;
  private final ObjectProvider<PlatformTransactionManager> transactions;
  private final Deliveries deliveries;
  private final QueueProperties properties;
  private final JsonMapper json;

  Queues(
      ObjectProvider<DataSource> database,
      ObjectProvider<PlatformTransactionManager> transactions,
      Deliveries deliveries,
      QueueProperties properties,
      JsonMapper json) {
    this.database = database;
    this.transactions = transactions;
    this.deliveries = deliveries;
    this.properties = properties;
    this.json = json;
  }

  /**
   * The queue on the table {@code <role>.queue}, which the service's own migration makes. Return it
   * as a bean: it starts and stops with the application.
   *
   * @param works every kind of work that it may hold
   */
  public Queue open(ServiceRole role, List<Work<?>> works) {
    return new Queue(
        role,
        works,
        database.getObject(),
        new TransactionTemplate(transactions.getObject()),
        deliveries,
        properties,
        json);
  }
}
