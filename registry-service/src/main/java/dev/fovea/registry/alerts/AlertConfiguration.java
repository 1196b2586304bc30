package dev.fovea.registry.alerts;

import dev.fovea.roles.queue.Queue;
import dev.fovea.roles.queue.RoundsKeeper;
import dev.fovea.roles.queue.Work;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.support.TransactionTemplate;

/** Has the rounds made, by one process at a time. */
@Configuration(proxyBeanMethods = false)
class AlertConfiguration {
  /** The rounds over all runs. */
  record Round() {}

  @Bean
  static Work<Round> roundsWork(@Qualifier("roundsKeeper") ObjectProvider<RoundsKeeper> keeper) {
    return new Work<>("runs", Round.class, _ -> keeper.getObject().round());
  }

  @Bean
  RoundsKeeper roundsKeeper(
      @Qualifier("registryQueue") Queue queue,
      @Qualifier("roundsWork") Work<Round> work,
      AlertProperties properties,
      TransactionTemplate transaction,
      Rounds rounds) {
    return RoundsKeeper.of(queue, work, new Round(), properties.every(), transaction, rounds::go);
  }

  /** Where rounds are being made already, this changes nothing. */
  @Bean
  ApplicationRunner beginRounds(@Qualifier("roundsKeeper") RoundsKeeper keeper) {
    return _ -> keeper.next();
  }
}
