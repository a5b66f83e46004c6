import type { Cache, State } from "swr";

/** More than the pages of the longest list (20,000 things), which is read again page by page where one is missing. */
export const ANSWERS_MAX = 150;

/**
 * SWR's cache, which by itself keeps every answer for as long as the tab lives: a page that stays open asks for another stretch of the past
 * every few minutes, a search for something else with every word. What has not been looked at for longest goes first; a component that
 * still shows it keeps what it shows (`keepPreviousData`) until its next read.
 */
export function createRequestCache(answersMax = ANSWERS_MAX): Cache {
  const answers = new Map<string, State>();
  const put = (key: string, answer: State): void => {
    answers.delete(key);
    answers.set(key, answer);
  };
  return {
    get: (key) => {
      const answer = answers.get(key);
      if (answer) put(key, answer);
      return answer;
    },
    set: (key, answer) => {
      put(key, answer as State);
      const [oldest] = answers.keys();
      if (answers.size > answersMax && oldest !== undefined) answers.delete(oldest);
    },
    delete: (key) => {
      answers.delete(key);
    },
    // A copy: SWR gets each key while it goes through them, which moves it to the end.
    keys: () => [...answers.keys()].values(),
  };
}
