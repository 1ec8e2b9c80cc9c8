/** Of Okabe and Ito, whom the colour-blind can tell apart: blue, vermilion and purple, lighter on dark. */
export const CHART_COLORS = {
  light: { first: '#0072B2', second: '#D55E00', third: '#8A5A7B' },
  dark: { first: '#56B4E9', second: '#E69F00', third: '#CC79A7' },
};
