import { useEffect, useState } from 'react';
import { useLocation, useNavigate } from 'react-router-dom';

/** What was just done elsewhere, and is told on the list. */
export interface News {
  kind: 'created' | 'deleted';
  id: string;
  name: string;
  /** What is not done yet, in a sentence. */
  stopping?: string;
}

/** The state of a navigation to the list that brings news. */
export function withNews(news: News): { state: { eventFlowsNews: News } } {
  return { state: { eventFlowsNews: news } };
}

/**
 * News that came with the navigation. They are told once: not again after a
 * reload, or on the way back.
 */
export function useNews(): [News | undefined, () => void] {
  const location = useLocation();
  const navigate = useNavigate();
  const arrived: News | undefined = location.state?.eventFlowsNews;
  const [news, setNews] = useState(arrived);
  useEffect(() => {
    if (arrived) {
      setNews(arrived);
      navigate('.', { replace: true, state: null });
    }
  }, [arrived, navigate]);
  return [news, () => setNews(undefined)];
}
