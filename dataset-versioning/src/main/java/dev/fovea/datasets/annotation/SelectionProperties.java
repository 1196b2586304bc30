package dev.fovea.datasets.annotation;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How frames are chosen and held.
 *
 * @param nearDuplicateBits two images whose difference hashes differ in at most so many of 64 bits
 *     count as one; -1 compares nothing
 * @param pool how many times the budget of unsure frames diversity may choose from
 * @param lease how long an item is kept for the annotator who took it
 */
@ConfigurationProperties("fovea.datasets.annotation")
record SelectionProperties(
    @DefaultValue("3") int nearDuplicateBits,
    @DefaultValue("5") int pool,
    @DefaultValue("10m") Duration lease) {}
