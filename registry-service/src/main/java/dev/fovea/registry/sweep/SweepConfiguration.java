package dev.fovea.registry.sweep;

import dev.fovea.roles.queue.Queue;
import dev.fovea.roles.queue.RoundsKeeper;
import dev.fovea.roles.queue.Work;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.support.TransactionTemplate;

/** Has the runs of trials looked at, by one process at a time. */
@Configuration(proxyBeanMethods = false)
class SweepConfiguration {
  /** A look at all trials whose runs have something to tell. */
  record Round() {}

  @Bean
  static Work<Round> sweepRoundsWork(
      @Qualifier("sweepRoundsKeeper") ObjectProvider<RoundsKeeper> keeper) {
    return new Work<>("sweeps", Round.class, _ -> keeper.getObject().round());
  }

  @Bean
  RoundsKeeper sweepRoundsKeeper(
      @Qualifier("registryQueue") Queue queue,
      @Qualifier("sweepRoundsWork") Work<Round> work,
      SweepProperties properties,
      TransactionTemplate transaction,
      SweepRounds rounds) {
    return RoundsKeeper.of(queue, work, new Round(), properties.every(), transaction, rounds::go);
  }

  /** Where rounds are being made already, this changes nothing. */
  @Bean
  ApplicationRunner beginSweepRounds(@Qualifier("sweepRoundsKeeper") RoundsKeeper keeper) {
    return _ -> keeper.next();
  }
}
