/** What the account answers to a message; the twin of itembank/practical/console/replies.py. */

import { clean, fold, length, shown } from "../shared/text.js";

/**
 * @returns {{text: string, rule: number, sendable: boolean}|null} null when no rule matches
 */
export function replyTo(rules, message, limits) {
  const wanted = fold(message);
  const kept = (rules || [])
    .slice(0, limits.rules)
    .map((rule, index) => ({ rule, index }))
    .filter(({ rule }) => clean(rule.reply));
  for (const match of ["full", "half"]) {
    for (const { rule, index } of kept) {
      const hit = (rule.keywords || []).slice(0, limits.keywords).some((keyword) => {
        const word = fold(keyword.text);
        if (keyword.match !== match || !word || [...word].length > limits.keyword) return false;
        return match === "full" ? word === wanted : wanted.includes(word);
      });
      if (hit) return { text: shown(rule.reply), rule: index, sendable: length(rule.reply) <= limits.reply };
    }
  }
  return null;
}
