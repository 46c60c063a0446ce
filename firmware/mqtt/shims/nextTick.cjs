/** Stands for npm `process-nextick-args` where mqtt-packet is bundled for a board. */
module.exports = {
  nextTick(task, ...values) {
    Promise.resolve().then(() => task(...values));
  },
};
